using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Data;

/// <summary>Samples to tokens and pixels. Text is literal: what spells a special token stays text.</summary>
public sealed class SampleTokenizer
{
    private readonly LlamaTokenizer _tokenizer;
    private readonly MmInterleavedConfig _config;

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="config">The model's sizes.</param>
    /// <exception cref="DataException">The tokenizer's ids are not those that the model's sequence rules know.</exception>
    public SampleTokenizer(LlamaTokenizer tokenizer, MmInterleavedConfig config)
    {
        (_tokenizer, _config) = (tokenizer, config);
        var special = config.SpecialTokens;
        if ((tokenizer.BeginOfImage, tokenizer.Image, tokenizer.Pad) != (special.Soi, special.Image, special.Pad))
        {
            throw new DataException(
                $"The tokenizer's begin-of-image, image and padding ids are {tokenizer.BeginOfImage}, {tokenizer.Image} and {tokenizer.Pad}; "
                + $"the model's special_tokens are {special.Soi}, {special.Image} and {special.Pad}.");
        }
    }

    /// <summary>One document: begin-of-sequence, the pieces in order, end-of-sequence (trained where its last piece is).</summary>
    /// <exception cref="Imaging.ImageInputException">An image of the sample cannot be read.</exception>
    /// <exception cref="DataException">The sample has no piece.</exception>
    public TokenizedSample Tokenize(DataSample sample)
    {
        if (sample.Pieces.Count == 0)
        {
            throw new DataException($"{sample.Origin}: a sample needs at least one piece of text or one image.");
        }

        var ids = new List<long> { _config.SpecialTokens.Bos };
        var trained = new List<bool> { false };
        var images = new List<SampleImage>();
        var untilImage = _config.Loss.DatasetsIgnoringTextWithoutImage.Contains(sample.Dataset);
        SamplePiece? before = null;
        foreach (var piece in sample.Pieces)
        {
            if (piece is ImagePiece image)
            {
                images.Add(Load(image, ids.Count));
                ids.Add(_config.SpecialTokens.Soi);
                ids.AddRange(Enumerable.Repeat((long)_config.SpecialTokens.Image, _config.Sequence.NumImgToken));
            }
            else if (piece is TurnEndPiece)
            {
                ids.Add(_config.SpecialTokens.Eos);
            }
            else
            {
                ids.AddRange(_tokenizer.Encode(Own(piece, before), addBos: false, SpecialTokenHandling.Literal).Select(id => (long)id));
            }

            before = piece;
            var isTrained = piece.IsTrained && !(untilImage && images.Count == 0);
            trained.AddRange(Enumerable.Repeat(isTrained, ids.Count - trained.Count));
        }

        ids.Add(_config.SpecialTokens.Eos);
        trained.Add(sample.Pieces[^1].IsTrained && !(untilImage && images.Count == 0));
        return new TokenizedSample(ids, trained, images) { Origin = sample.Origin };
    }

    // A text is encoded as if it began one, with a space in front; where it goes on from another text it brings that space itself.
    private static string Own(SamplePiece piece, SamplePiece? before)
    {
        var text = ((TextPiece)piece).Text;
        return before is TextPiece && text.StartsWith(' ') ? text[1..] : text;
    }

    private SampleImage Load(ImagePiece piece, int position)
    {
        var (encoder, decoder) = (_config.ImageResolutionEncoder, _config.ImageResolutionDecoder);
        var read = piece.Image.Load(encoder);
        return new SampleImage(read, encoder == decoder ? read : piece.Image.Load(decoder), piece.IsTrained, position) { Source = piece.Image };
    }
}
