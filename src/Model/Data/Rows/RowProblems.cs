namespace MmiGrains.Model.Data.Rows;

/// <summary>What went wrong in rows, of one or several data sets: counted by reason, with the first examples.</summary>
/// <param name="isStrict">Whether the first bad row ends the run.</param>
/// <param name="exampleCount">Examples kept per data set.</param>
/// <param name="report">Called with each skipped row.</param>
public sealed class RowProblems(bool isStrict = false, int exampleCount = 5, Action<RowProblem>? report = null)
{
    private readonly List<RowLedger> _ledgers = [];

    /// <summary>Each data set's account, in the order of their opening.</summary>
    public IReadOnlyList<RowLedger> Ledgers => _ledgers;

    /// <summary>One line per data set that lost something, as <see cref="RowLedger.Summary"/> writes it.</summary>
    public IEnumerable<string> Summaries => _ledgers.Select(ledger => ledger.Summary()).Where(line => line.Length > 0);

    internal RowLedger Open(string dataset)
    {
        var ledger = new RowLedger(dataset, isStrict, exampleCount, report);
        _ledgers.Add(ledger);
        return ledger;
    }
}
