namespace MmiGrains.Model.Parity;

/// <summary>How one case came out.</summary>
/// <param name="Name">Name of the case's file, without its ending.</param>
/// <param name="TensorCount">Tensors that were compared.</param>
/// <param name="LargestError">The largest max|a - b| / max(1, max|b|) over them; token ids that differ count as infinite.</param>
/// <param name="Failures">What was out of tolerance, or went wrong, one sentence each.</param>
public sealed record ParityResult(string Name, int TensorCount, double LargestError, IReadOnlyList<string> Failures)
{
    /// <summary>Whether everything was within tolerance.</summary>
    public bool IsEqual => Failures.Count == 0;
}
