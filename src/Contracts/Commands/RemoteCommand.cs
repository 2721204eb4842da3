namespace MmiGrains.Contracts.Commands;

/// <summary>A command of the client program.</summary>
/// <param name="Name">What one types after <c>mmi</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
public sealed record RemoteCommand(string Name, string Summary);
