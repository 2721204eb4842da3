using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>How long a job will still take.</summary>
internal static class JobEstimate
{
    /// <summary>Seconds, at the rate so far; null where nothing is painted yet, or nothing is left.</summary>
    public static double? SecondsLeft(IReadOnlyList<DocumentProgress> documents, int parallel)
    {
        var (done, total, seconds) = (documents.Sum(one => one.Done), documents.Sum(one => one.Total), documents.Sum(one => one.Seconds));
        if (done == 0 || done == total)
        {
            return null;
        }

        // Each document's pictures wait for each other.
        var open = documents.Where(one => one.Done < one.Total).ToArray();
        var each = seconds / done;
        return Math.Round(Math.Max(open.Max(one => one.Total - one.Done) * each, (total - done) * each / Math.Min(parallel, open.Length)), 1);
    }
}
