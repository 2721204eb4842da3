using System.Globalization;

namespace MmiGrains.Model.Data.Rows;

/// <summary>The account of one data set's rows: how many were read, became samples, or were skipped, and why.</summary>
public sealed class RowLedger
{
    private readonly bool _isStrict;
    private readonly int _exampleCount;
    private readonly Action<RowProblem>? _report;
    private readonly Dictionary<string, long> _skipped = [];
    private readonly Dictionary<string, long> _passedOver = [];
    private readonly Dictionary<string, long> _notes = [];
    private readonly List<RowProblem> _examples = [];

    internal RowLedger(string dataset, bool isStrict, int exampleCount, Action<RowProblem>? report) =>
        (Dataset, _isStrict, _exampleCount, _report) = (dataset, isStrict, exampleCount, report);

    /// <summary>The data set's name.</summary>
    public string Dataset { get; }

    /// <summary>Rows that were read.</summary>
    public long RowCount => SampleCount + SkippedCount + _passedOver.Values.Sum();

    /// <summary>Rows that became samples.</summary>
    public long SampleCount { get; private set; }

    /// <summary>Rows that could not be used.</summary>
    public long SkippedCount => _skipped.Values.Sum();

    /// <summary>Rows that could not be used, by reason.</summary>
    public IReadOnlyDictionary<string, long> Skipped => _skipped;

    /// <summary>Sound rows that a rule leaves out, by rule.</summary>
    public IReadOnlyDictionary<string, long> PassedOver => _passedOver;

    /// <summary>What is worth counting though the row is used: an image that is missing, another notation than JSON.</summary>
    public IReadOnlyDictionary<string, long> Notes => _notes;

    /// <summary>The first rows that were skipped.</summary>
    public IReadOnlyList<RowProblem> Examples => _examples;

    /// <summary>One line such as "mmc4: 3 of 10,000 rows skipped: 2 image_info is not a list, 1 not JSON"; empty when all is well.</summary>
    public string Summary()
    {
        var parts = new List<string>();
        if (SkippedCount > 0)
        {
            parts.Add($"{Number(SkippedCount)} of {Number(RowCount)} rows skipped: {List(_skipped)}");
        }

        if (_passedOver.Count > 0)
        {
            parts.Add($"{Number(_passedOver.Values.Sum())}{(SkippedCount > 0 ? "" : $" of {Number(RowCount)} rows")} left out by rule: {List(_passedOver)}");
        }

        if (_notes.Count > 0)
        {
            parts.Add($"noted: {List(_notes)}");
        }

        return parts.Count == 0 ? "" : $"{Dataset}: {string.Join("; ", parts)}";
    }

    internal void CountSample() => SampleCount++;

    internal void CountNote(string note) => Count(_notes, note);

    /// <exception cref="DataException">The row is bad, and bad rows end the run.</exception>
    internal void Skip(string origin, RowException problem)
    {
        if (problem.IsByRule)
        {
            Count(_passedOver, problem.Reason);
            return;
        }

        Count(_skipped, problem.Reason);
        var report = new RowProblem(Dataset, origin, problem.Message);
        if (_examples.Count < _exampleCount)
        {
            _examples.Add(report);
        }

        _report?.Invoke(report);
        if (_isStrict)
        {
            throw new DataException($"{report}.");
        }
    }

    private static void Count(Dictionary<string, long> counts, string reason) => counts[reason] = counts.GetValueOrDefault(reason) + 1;

    private static string List(Dictionary<string, long> counts) =>
        string.Join(", ", counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Number(pair.Value)} {pair.Key}"));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
