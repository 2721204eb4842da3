namespace MmiGrains.Grains.Training;

/// <summary>A round cannot be finished as it is: a part of its exchange was lost, or a newer try made it void.</summary>
internal sealed class RoundLostException(string message) : Exception(message);
