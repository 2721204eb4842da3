namespace MmiGrains.Model.Data;

/// <summary>One thing that is known of every cell of a picture.</summary>
/// <param name="Name">What it is, for logs.</param>
/// <param name="Classes">How many values it can have.</param>
/// <param name="Values">Row after row of cells, each 0 to <paramref name="Classes"/> - 1, or <see cref="Unknown"/>.</param>
public sealed record LabelField(string Name, int Classes, IReadOnlyList<int> Values)
{
    /// <summary>Where nothing can be said of a cell.</summary>
    public const int Unknown = -100; // what cross entropy leaves out
}
