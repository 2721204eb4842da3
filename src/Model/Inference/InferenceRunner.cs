using MmiGrains.Model.Generation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using static TorchSharp.torch;

namespace MmiGrains.Model.Inference;

/// <summary>
/// Runs samples of an inference file: text and images in turn, as the reference's loop does, but on one growing sequence of which
/// nothing is computed twice.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="options">How.</param>
public sealed class InferenceRunner(MmInterleaved model, LlamaTokenizer tokenizer, InferenceOptions options)
{
    private readonly ImageProcessor _processor = new();
    private readonly SpecialTokenIds _special = model.Config.SpecialTokens;

    /// <summary>Runs one sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="openImage">Opens an image by the path that the sample gives.</param>
    /// <param name="saveImage">Called with the turn and a PNG; returns the name to list in the results.</param>
    /// <param name="shown">Called with each result as it comes.</param>
    /// <returns>A text or an image's name for each turn.</returns>
    public IReadOnlyList<string> Run(InferenceSample sample, Func<string, Stream> openImage, Func<int, byte[], string> saveImage, Action<string>? shown = null)
    {
        var mode = sample.GenerateMode ?? options.GenerateMode;
        var turns = options.AutoEnd ? options.IterationCount : sample.IterationCount ?? options.IterationCount;
        var results = new List<string>();
        using var session = new InterleavedSession(model);
        var rest = Begin(session, sample, openImage, imageNext: options.PaintsFirst(sample));
        for (var turn = 0; turn < turns; turn++)
        {
            var ended = false;
            if (mode == "generate_images")
            {
                results.Add(saveImage(turn, Paint(session, rest)));
                (rest, mode) = ([], "generate_texts");
            }
            else
            {
                results.Add(Write(session, sample, turn, out ended));
                mode = session.WantsImage ? "generate_images" : mode;
            }

            shown?.Invoke(results[^1]);
            if (options.AutoEnd && ended)
            {
                break;
            }
        }

        return results;
    }

    // Reads the prompt. Where an image comes first, it is the prompt's last one: its picture is a place holder that is not read,
    // and what follows it waits until it is painted.
    private long[] Begin(InterleavedSession session, InferenceSample sample, Func<string, Stream> openImage, bool imageNext)
    {
        var ids = tokenizer.Encode(sample.ToPrompt(model.Config.Sequence.NumImgToken), addBos: true, SpecialTokenHandling.Recognize)
            .Select(id => (long)id).Take(model.Config.Sequence.MaxLength).ToArray();
        var paths = imageNext ? sample.Images.SkipLast(1).ToArray() : [.. sample.Images];
        if (imageNext && sample.Images.Count == 0)
        {
            throw new InferenceException("A sample that starts with an image needs a place holder as its last image.");
        }

        var length = imageNext ? Array.LastIndexOf(ids, (long)_special.Soi) + 1 : ids.Length;
        session.Append(ids[..length], Read(paths, openImage));
        return ids[length..];
    }

    private byte[] Paint(InterleavedSession session, long[] rest)
    {
        using var painted = session.PaintImage(options.Image, options.ImageSeed);
        var picture = ImageProcessor.FromTensor(painted.squeeze(0));

        // The picture is read back as it was saved, rounded to 8 bits.
        using var pixels = ImageProcessor.ToTensor(_processor.CenterCrop(picture, model.Config.ImageResolutionEncoder));
        var visual = Enumerable.Repeat((long)_special.Image, model.Config.Sequence.NumImgToken);
        session.Append(rest.Length > 0 ? rest : [.. visual], pixels);
        return ImageProcessor.EncodePng(picture);
    }

    private string Write(InterleavedSession session, InferenceSample sample, int turn, out bool ended)
    {
        var scripted = options.ReplaceText && sample.MultiroundContext is { } texts && turn < texts.Count ? texts[turn] : "";
        var generated = scripted.Length > 0 ? session.TryText(options.Text) : session.GenerateText(options.Text);
        var last = generated[^1];
        if (scripted.Length > 0)
        {
            session.Append([.. tokenizer.Encode(scripted, addBos: false, SpecialTokenHandling.Recognize).Select(id => (long)id)]);
            last = session.TokenIds[^1];
        }

        ended = last == _special.Eos;
        if (options.ForceImageNext && !session.WantsImage)
        {
            session.Append([_special.Soi]);
        }

        return tokenizer.Decode([.. generated.Select(id => (int)id)], skipSpecial: true);
    }

    private Tensor? Read(string[] paths, Func<string, Stream> openImage)
    {
        if (paths.Length == 0)
        {
            return null;
        }

        var pictures = paths.Select(path =>
        {
            using var stream = openImage(path);
            return _processor.CenterCrop(_processor.Decode(stream, DecodePolicy.Raw), model.Config.ImageResolutionEncoder);
        });
        return ImageProcessor.ToTensor([.. pictures]);
    }
}
