namespace MmiGrains.Model.Data.Rows;

/// <summary>Reads the rows of one file, in order, piece by piece.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Where the next row begins; a reader opened there gives the same rows from there on.</summary>
    RowPosition Position { get; }

    /// <summary>The next row, null after the last. Damage is a row with a <see cref="Row.Problem"/>; what follows it is read where it can be.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    Row? Read();
}
