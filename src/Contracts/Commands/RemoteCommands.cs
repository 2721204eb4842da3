namespace MmiGrains.Contracts.Commands;

/// <summary>
/// What the client program runs, so that the help of either program can list all commands. The script <c>mmi</c> names them too,
/// to start the right program.
/// </summary>
public static class RemoteCommands
{
    /// <summary>Holds a conversation.</summary>
    public static readonly RemoteCommand Chat = new("chat", "Talk to the model; pictures are shown where the terminal can, and saved.");

    /// <summary>Shows the cluster.</summary>
    public static readonly RemoteCommand Status = new("status", "Show silos, roles, devices and queues.");

    /// <summary>Changes the served model.</summary>
    public static readonly RemoteCommand Promote = new("promote", "Serve another model without a restart, or the one before it again.");

    /// <summary>Prints the client's version.</summary>
    public static readonly RemoteCommand Version = new("version", "Print the version.");

    /// <summary>All of them, in the order that help shows.</summary>
    public static IReadOnlyList<RemoteCommand> All { get; } = [Chat, Status, Promote, Version];
}
