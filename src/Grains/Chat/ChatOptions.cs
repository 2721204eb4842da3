namespace MmiGrains.Grains.Chat;

/// <summary>Limits and times of conversations.</summary>
public sealed record ChatOptions
{
    /// <summary>Turns of a session that are not answered yet, at most.</summary>
    public int MaxOpenTurns { get; init; } = 32;

    /// <summary>Text and images of a turn, at most.</summary>
    public int MaxSegments { get; init; } = 256;

    /// <summary>Characters of a turn, at most.</summary>
    public int MaxCharacters { get; init; } = 1 << 20;

    /// <summary>Stop texts of a turn, at most.</summary>
    public int MaxStops { get; init; } = 4;

    /// <summary>How long a worker may be silent until its span is given to another.</summary>
    public TimeSpan WorkerLease { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a turn waits for a worker that has room.</summary>
    public TimeSpan WorkerWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Tries of one span of text or one image, on one worker or several, until the turn fails.</summary>
    public int MaxTries { get; init; } = 20;
}
