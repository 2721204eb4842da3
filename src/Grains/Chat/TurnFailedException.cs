using MmiGrains.Contracts.Errors;

namespace MmiGrains.Grains.Chat;

/// <summary>A worker says that no worker could do it.</summary>
internal sealed class TurnFailedException(string code, string message) : MmiException(code, message);
