namespace MmiGrains.Silo;

/// <summary>What a command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It ran, and the answer is no: results differ from what was recorded.</summary>
    public const int NotEqual = 1;

    /// <summary>It could not run: a wrong argument, a missing or damaged file.</summary>
    public const int CouldNotRun = 2;

    /// <summary>A mistake in the program.</summary>
    public const int Unexpected = 3;

    /// <summary>Stopped by the user.</summary>
    public const int Cancelled = 130;
}
