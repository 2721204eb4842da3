using MmiGrains.Model.Data.Mixing;

namespace MmiGrains.Model.Data.Rows;

/// <summary>Makes samples of one corpus's rows. The same row and draws give the same sample.</summary>
public interface IRowConverter
{
    /// <summary>The row's pieces, not empty.</summary>
    /// <param name="row">A sound row.</param>
    /// <param name="draws">For what is left to chance in this row and epoch.</param>
    /// <param name="note">Takes what is worth counting though the row is used.</param>
    /// <exception cref="RowException">The row cannot be used.</exception>
    IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note);
}
