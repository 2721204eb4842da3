using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>What a job's documents have told since the job was activated, and what they were granted.</summary>
internal sealed class JobLedger
{
    private readonly Dictionary<int, DocumentProgress> _news = [];
    private readonly Dictionary<int, int> _granted = [];

    /// <summary>Whether every document that is worked on has told how far it is.</summary>
    public bool IsKnown { get; set; }

    /// <summary>How far a document is, as far as is known. That it stood, or failed, before the job was resumed is no longer so.</summary>
    public DocumentProgress Now(JobRecord record, int document)
    {
        var stored = record.Documents[document];
        return !_news.TryGetValue(document, out var news) ? stored
            : news.Generation < record.Generation && stored.State == JobState.Running ? news with { State = JobState.Running, Problem = null }
            : news;
    }

    /// <summary>How far all are.</summary>
    public IReadOnlyList<DocumentProgress> Now(JobRecord record) => [.. Enumerable.Range(0, record.Documents.Count).Select(i => Now(record, i))];

    /// <summary>A document has told how far it is; false where that was known, or something newer, or is from before the job was resumed.</summary>
    public bool Take(JobRecord record, int document, DocumentProgress progress)
    {
        var known = Now(record, document);
        if (known == progress || (progress.Revision > 0 && (progress.Revision <= known.Revision || progress.Generation < record.Generation)))
        {
            return false;
        }

        _news[document] = progress;
        return true;
    }

    /// <summary>Whether a document may begin another try: null, or why not.</summary>
    /// <param name="record">The job.</param>
    /// <param name="document">Which document.</param>
    /// <param name="tries">Its tries, that one included.</param>
    /// <exception cref="CapacityExceededException">It is not known yet what the others have begun.</exception>
    public string? Refusal(JobRecord record, int document, int tries)
    {
        if (record.State != JobState.Running)
        {
            return "The job stands.";
        }

        if (record.Budget is not { } budget)
        {
            return null;
        }

        if (!IsKnown)
        {
            throw new CapacityExceededException("The job is being taken up.", isPassing: true);
        }

        // Tries that were granted are counted as begun, also while the document has not told of them.
        int Begun(int i) => Math.Max(_granted.GetValueOrDefault(i), Now(record, i).Painted);
        if (Enumerable.Range(0, record.Documents.Count).Where(i => i != document).Sum(Begun) + tries > budget)
        {
            return $"The budget of {budget} pictures is spent.";
        }

        _granted[document] = Math.Max(_granted.GetValueOrDefault(document), tries);
        return null;
    }
}
