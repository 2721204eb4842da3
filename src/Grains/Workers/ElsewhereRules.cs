using MmiGrains.Contracts.Errors;

namespace MmiGrains.Grains.Workers;

/// <summary>Which failures of a call another silo may make good.</summary>
internal static class ElsewhereRules
{
    /// <summary>Whether the silo that was called is gone, or does not answer.</summary>
    public static bool IsSiloLoss(Exception problem) => problem is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException;

    /// <summary>Whether another worker may do what this one did not.</summary>
    public static bool MayTry(Exception problem) => IsSiloLoss(problem) || problem is WorkerUnavailableException or CapacityExceededException { IsPassing: true };
}
