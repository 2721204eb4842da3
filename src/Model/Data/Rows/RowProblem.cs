namespace MmiGrains.Model.Data.Rows;

/// <summary>A row that was skipped.</summary>
/// <param name="Dataset">The data set, as its configuration names it.</param>
/// <param name="Origin">File and line, or shard and entry.</param>
/// <param name="Message">Why, with the row's values where they help.</param>
public sealed record RowProblem(string Dataset, string Origin, string Message)
{
    public override string ToString() => $"{Dataset}: {Origin}: {Message}";
}
