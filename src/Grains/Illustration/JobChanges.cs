using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>How a job's record goes from one state to the next.</summary>
internal static class JobChanges
{
    /// <summary>As many documents as may be worked on at a time are begun.</summary>
    public static JobRecord Begun(JobRecord record, int parallel)
    {
        if (record.State != JobState.Running)
        {
            return record;
        }

        var free = parallel - record.Documents.Count(one => one.State == JobState.Running);
        var waiting = record.Documents.Select((one, i) => (one, i)).Where(pair => pair.one.State == JobState.Waiting).Take(Math.Max(free, 0)).Select(pair => pair.i).ToHashSet();
        return waiting.Count == 0 ? record
            : record with { Documents = [.. record.Documents.Select((one, i) => waiting.Contains(i) ? one with { State = JobState.Running } : one)] };
    }

    /// <summary>Which documents are to be told how the job stands: those that are worked on and, where it was cancelled, those that stand as well.</summary>
    public static IEnumerable<int> Unsettled(JobRecord record) => Enumerable.Range(0, record.Documents.Count)
        .Where(i => record.Documents[i].State == JobState.Running || (record.State == JobState.Cancelled && record.Documents[i].State == JobState.Paused));

    /// <summary>A document has told how far it is; only another state of it is news to the record.</summary>
    public static JobRecord With(JobRecord record, int document, DocumentProgress progress) =>
        record.Documents[document].State == progress.State ? record
        : record with { Documents = [.. record.Documents.Select((one, i) => i == document ? progress : one)] };

    /// <summary>Everything that stood, or failed, goes on.</summary>
    public static JobRecord Resumed(JobRecord record, int? budget) => record with
    {
        State = JobState.Running,
        Problem = null,
        Ended = null,
        IsTold = false,
        Generation = record.Generation + 1,
        Budget = budget ?? record.Budget,
        Documents = [.. record.Documents.Select(one => one.State is JobState.Paused or JobState.Failed ? one with { State = JobState.Running, Problem = null } : one)],
    };

    /// <summary>One document has something to do again.</summary>
    public static JobRecord Reopened(JobRecord record, int document) => record with
    {
        State = JobState.Running,
        Problem = null,
        Ended = null,
        IsTold = false,
        Documents = [.. record.Documents.Select((one, i) => i == document ? one with { State = JobState.Running } : one)],
    };

    /// <summary>What follows from the documents' states: a place that is free, a budget that is spent, an end.</summary>
    public static JobRecord Concluded(JobRecord record, DateTimeOffset now)
    {
        if (record.State != JobState.Running || record.Documents.Any(one => one.State == JobState.Running))
        {
            return record;
        }

        if (record.Documents.FirstOrDefault(one => one.State == JobState.Paused) is { } standing)
        {
            return record with { State = JobState.Paused, Problem = standing.Problem };
        }

        if (record.Documents.Any(one => one.State == JobState.Waiting))
        {
            return record;
        }

        var failed = record.Documents.FirstOrDefault(one => one.State == JobState.Failed);
        return record with
        {
            State = failed is null ? JobState.Completed : JobState.Failed,
            Problem = failed is null ? null : $"{failed.Name}: {failed.Problem}",
            Ended = now,
        };
    }
}
