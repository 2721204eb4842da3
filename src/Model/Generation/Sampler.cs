using System.Numerics.Tensors;

namespace MmiGrains.Model.Generation;

/// <summary>Chooses one row's next token: the likeliest, or one drawn with temperature and top-p. Seeded, so that a row repeats.</summary>
/// <param name="options">How.</param>
/// <param name="seed">Of this row.</param>
/// <param name="chosen">Tokens that the row has chosen before: it goes on as if it had chosen them here.</param>
public sealed class Sampler(TextOptions options, long seed, long chosen = 0)
{
    private const ulong Stride = 0x9E3779B97F4A7C15;

    private ulong _state = (ulong)seed + ((ulong)chosen * Stride);

    /// <summary>The chosen id.</summary>
    /// <param name="logits">[vocabulary], after <see cref="ScoreRules"/>; overwritten.</param>
    public int Choose(Span<float> logits)
    {
        if (!options.Sample)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        // Softmax takes exponentials as they are: only differences from the largest logit stay in range when it is cold.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), logits);
        TensorPrimitives.Divide(logits, (float)options.Temperature, logits);
        TensorPrimitives.SoftMax(logits, logits);
        return Draw(logits);
    }

    // Walks down the likeliest tokens until they reach top-p together (the one that crosses it is kept), then draws among them.
    private int Draw(Span<float> probabilities)
    {
        var ids = new int[probabilities.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = i;
        }

        var sorted = probabilities.ToArray();
        Array.Sort(sorted, ids);
        double reached = 0;
        var kept = 0;
        while (kept < sorted.Length && reached < options.TopP)
        {
            reached += sorted[sorted.Length - 1 - kept++];
        }

        var target = NextUniform() * reached;
        for (var i = 0; i < kept; i++)
        {
            target -= sorted[sorted.Length - 1 - i];
            if (target < 0)
            {
                return ids[sorted.Length - 1 - i];
            }
        }

        return ids[^kept];
    }

    // SplitMix64: the same numbers on every machine and runtime.
    private double NextUniform()
    {
        var z = _state += Stride;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
