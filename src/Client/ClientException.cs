namespace MmiGrains.Client;

/// <summary>What went wrong, in one sentence for the user.</summary>
internal sealed class ClientException(string message) : Exception(message);
