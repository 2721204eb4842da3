namespace MmiGrains.Model.Generation;

/// <summary>How text is generated; the defaults are the reference's for inference (sampling).</summary>
public sealed record TextOptions
{
    /// <summary>New tokens, at most.</summary>
    public int MaxNewTokens { get; init; } = 90;

    /// <summary>Tokens before which neither the end nor an image may come; one artificial first token is counted.</summary>
    public int MinLength { get; init; } = 8;

    /// <summary>Beams; 1 for greedy decoding or sampling.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>Whether to sample rather than to take the likeliest token. Not with beams.</summary>
    public bool Sample { get; init; } = true;

    /// <summary>Divides the logits before sampling.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Samples from the smallest set of likeliest tokens that together reach this probability.</summary>
    public double TopP { get; init; } = 0.9;

    /// <summary>Above 1, makes generated tokens less likely to come again. The prompt does not count.</summary>
    public double RepetitionPenalty { get; init; } = 1.3;

    /// <summary>Power of the length that a beam's score is divided by.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>Seed of the first row; row r samples with seed + r.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Check()
    {
        Range(nameof(MaxNewTokens), MaxNewTokens, 1, 1 << 20);
        Range(nameof(MinLength), MinLength, 0, 1 << 20);
        Range(nameof(Beams), Beams, 1, 64);
        Range(nameof(Temperature), Temperature, 1e-3, 100);
        Range(nameof(TopP), TopP, 1e-6, 1);
        Range(nameof(RepetitionPenalty), RepetitionPenalty, 1e-3, 100);
        Range(nameof(LengthPenalty), LengthPenalty, -10, 10);
        if (Sample && Beams > 1)
        {
            throw new ArgumentException($"Sampling goes with 1 beam; {Beams} were asked for.");
        }
    }

    private static void Range(string name, double value, double least, double most)
    {
        // Written so that NaN is out of range.
        if (!(value >= least && value <= most))
        {
            throw new ArgumentException($"{name} must be {least} to {most}; it is {value}.");
        }
    }
}
