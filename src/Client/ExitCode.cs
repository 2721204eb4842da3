namespace MmiGrains.Client;

/// <summary>What a command tells the shell; as the local commands do.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It could not run: a wrong argument, or the cluster refused.</summary>
    public const int CouldNotRun = 2;

    /// <summary>A mistake in the program.</summary>
    public const int Unexpected = 3;

    /// <summary>Stopped by the user.</summary>
    public const int Cancelled = 130;
}
