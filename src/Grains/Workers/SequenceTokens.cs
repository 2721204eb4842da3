using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;

namespace MmiGrains.Grains.Workers;

/// <summary>A sequence's tokens, and the images among them in order.</summary>
/// <param name="Ids">From the begin-of-sequence token.</param>
/// <param name="Images">One for each begin-of-image token.</param>
internal sealed record SequenceTokens(IReadOnlyList<long> Ids, IReadOnlyList<ImageId> Images)
{
    /// <summary>Makes tokens of parts. Where they are more than fit, whole turns are left out, the oldest first, but never the last.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="mostTokens">Tokens that fit.</param>
    /// <param name="mostImages">Images that fit.</param>
    public static SequenceTokens Of(IReadOnlyList<SequencePart> parts, LlamaTokenizer tokenizer, MmInterleavedConfig config, int mostTokens, int mostImages)
    {
        var turns = new List<(List<long> Ids, List<ImageId> Images)> { ([], []) };
        foreach (var part in parts)
        {
            var (ids, images) = turns[^1];
            switch (part)
            {
                case TextPart text:
                    ids.AddRange(tokenizer.Encode(text.Text, addBos: false, SpecialTokenHandling.Literal).Select(id => (long)id));
                    break;
                case TokenPart tokens:
                    ids.AddRange(tokens.Ids.Select(id => (long)id));
                    break;
                case ImagePart image:
                    ids.Add(config.SpecialTokens.Soi);
                    ids.AddRange(Enumerable.Repeat((long)config.SpecialTokens.Image, config.Sequence.NumImgToken));
                    images.Add(image.Image);
                    break;
                case TurnEndPart:
                    ids.Add(config.SpecialTokens.Eos);
                    turns.Add(([], []));
                    break;
            }
        }

        var (first, count, seen) = (turns.Count - 1, 1 + turns[^1].Ids.Count, turns[^1].Images.Count);
        while (first > 0 && count + turns[first - 1].Ids.Count <= mostTokens && seen + turns[first - 1].Images.Count <= mostImages)
        {
            first--;
            count += turns[first].Ids.Count;
            seen += turns[first].Images.Count;
        }

        var kept = turns.Skip(first).ToArray();
        return new SequenceTokens([config.SpecialTokens.Bos, .. kept.SelectMany(turn => turn.Ids)], [.. kept.SelectMany(turn => turn.Images)]);
    }
}
