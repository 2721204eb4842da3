using System.Numerics.Tensors;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>Chooses a sequence's next token.</summary>
internal static class TokenChoice
{
    /// <summary>The token, and the natural logarithm of its probability before temperature and penalties.</summary>
    /// <param name="sequence">Whose.</param>
    /// <param name="logits">After its last token; they are changed.</param>
    /// <param name="special">The model's special tokens.</param>
    public static (int Token, float LogProbability) Choose(DecoderSequence sequence, Span<float> logits, SpecialTokenIds special)
    {
        var (logarithm, raw, request) = (LogSumExp(logits), logits.ToArray(), sequence.Span.Request);

        // Visual tokens come with their image, and what begins a sequence or fills a row stands in no text.
        (logits[special.Image], logits[special.Bos], logits[special.Pad]) = (float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity);
        logits[int.Min(request.VocabularySize, logits.Length)..].Fill(float.NegativeInfinity);
        ScoreRules.Apply(logits, sequence.Generated, request.Options, [special.Eos, special.Soi]);
        var next = sequence.Sampler.Choose(logits);
        return (next, raw[next] - logarithm);
    }

    private static float LogSumExp(ReadOnlySpan<float> logits)
    {
        var most = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - most);
        }

        return most + (float)Math.Log(sum);
    }
}
