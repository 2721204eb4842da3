namespace MmiGrains.Model.Metrics.Captions;

/// <summary>What one caption adds to the BLEU score of a corpus.</summary>
/// <param name="Matched">Runs of n tokens, at index n - 1, that a reference has too: each as often as the reference that has it most.</param>
/// <param name="Guessed">Runs of n tokens, at index n - 1, in the candidate.</param>
/// <param name="CandidateLength">Tokens of the candidate.</param>
/// <param name="ReferenceLength">Tokens of the reference whose length is closest, the shorter of two.</param>
internal sealed record BleuCounts(int[] Matched, int[] Guessed, int CandidateLength, int ReferenceLength)
{
    /// <summary>Counts one caption.</summary>
    public static BleuCounts Of(TokenizedCaptions captions)
    {
        var length = captions.Candidate.Count;
        var references = captions.References.Select(NGrams.Count).ToList();
        int Most(string run, int n) => references.Max(counts => counts[n].GetValueOrDefault(run));
        return new BleuCounts(
            [.. NGrams.Count(captions.Candidate).Select((runs, n) => runs.Sum(run => Math.Min(run.Value, Most(run.Key, n))))],
            [.. Enumerable.Range(0, NGrams.Longest).Select(n => Math.Max(0, length - n))],
            length,
            captions.References.Select(reference => reference.Count).OrderBy(known => Math.Abs(known - length)).ThenBy(known => known).First());
    }
}
