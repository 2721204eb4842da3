namespace MmiGrains.Silo;

/// <summary>A command cannot run. The message is one sentence for the user.</summary>
internal sealed class CommandException(string message) : Exception(message);
