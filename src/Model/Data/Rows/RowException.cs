namespace MmiGrains.Model.Data.Rows;

/// <summary>A row cannot be used.</summary>
/// <param name="reason">Why, without this row's values, so that equal reasons can be counted: "caption is empty".</param>
/// <param name="detail">This row's values, if they help.</param>
public sealed class RowException(string reason, string? detail = null) : Exception(detail is null ? reason : $"{reason} ({detail})")
{
    /// <summary>Why, without this row's values.</summary>
    public string Reason { get; } = reason;

    /// <summary>Whether the row is sound but a rule leaves it out, as one of an unwanted split; that is no mistake, even where mistakes stop the run.</summary>
    public bool IsByRule { get; init; }
}
