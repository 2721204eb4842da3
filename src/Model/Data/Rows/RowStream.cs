using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MmiGrains.Model.Data.Mixing;

namespace MmiGrains.Model.Data.Rows;

/// <summary>
/// The rows of files, endlessly, epoch after epoch. Rows are shuffled in blocks: so many are read one after another, put in an order
/// that follows from (seed, epoch, block), and given out, so that a position is where the block begins and a place in it, and going
/// there reads no more than one block again. The order of the files follows from (seed, epoch).
/// </summary>
public sealed class RowStream : IDisposable
{
    private const int FileOrder = 1, BlockOrder = 2, RowDraws = 3; // what a generator is for, so that no two are alike

    private readonly IReadOnlyList<string> _files;
    private readonly Func<string, RowPosition, IRowReader> _open;
    private readonly RowOrder _order;
    private readonly bool _sharesFiles;
    private readonly string _source;
    private readonly List<(Row Row, int File)> _block = [];

    private int[] _filesInOrder = [];
    private StreamPosition _blockStart;
    private int _index;
    private IRowReader? _reader;
    private int _fileInOrder;
    private RowPosition _place;
    private long _rowCount;

    /// <summary>Rows of files.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="open">Opens a file at a position.</param>
    /// <param name="order">In which order.</param>
    /// <exception cref="DataException">There is no file, or one does not exist.</exception>
    public RowStream(IReadOnlyList<string> files, Func<string, RowPosition, IRowReader> open, RowOrder order)
    {
        order.Check();
        (_files, _open, _order, _sharesFiles) = (files, open, order, files.Count >= order.World);
        _source = Describe();
        _blockStart = new StreamPosition(_source, 0, 0, 0, 0, 0, 0, 0, 0);
        StartAt(_blockStart);
    }

    /// <summary>Times that everything was read before the next row.</summary>
    public long Epoch => _blockStart.Epoch;

    /// <summary>The next row.</summary>
    /// <exception cref="DataException">There is none in a whole epoch, or a file cannot be read.</exception>
    public Row Next(out SeededRandom draws)
    {
        if (_index >= _block.Count)
        {
            NextBlock();
        }

        var (row, file) = _block[_index++];
        draws = new SeededRandom(_order.Seed, RowDraws, Epoch, file, row.Start.Entry, row.Start.Offset);
        return row;
    }

    /// <summary>Whether the row after the last one begins an epoch.</summary>
    public bool IsAtEpochStart => _index == 0 && _blockStart is { Block: 0, Index: 0 };

    /// <summary>Where the next row lies.</summary>
    public StreamPosition SavePosition() => _blockStart with { Index = _index };

    /// <summary>Goes to a position.</summary>
    /// <exception cref="DataException">It is of other files, another seed or another order.</exception>
    public void Restore(StreamPosition position)
    {
        if (position.Source != _source)
        {
            throw new DataException($"The saved position is of other files, or of another seed, window or rank, than these {_files.Count} files ({_files[0]}, ...).");
        }

        StartAt(position);
        if (position.Index > 0)
        {
            ReadBlock();
        }

        _index = position.Index <= _block.Count ? position.Index
            : throw new DataException($"The saved position is row {position.Index} of a block that has {_block.Count}.");
    }

    public void Dispose() => _reader?.Dispose();

    private void NextBlock()
    {
        _blockStart = _blockStart with
        {
            Block = _blockStart.Block + (_block.Count > 0 ? 1 : 0),
            FileInOrder = _fileInOrder,
            Entry = _place.Entry,
            Offset = _place.Offset,
            Line = _place.Line,
            RowCount = _rowCount,
        };
        ReadBlock();
        if (_block.Count > 0)
        {
            return;
        }

        if (_blockStart.Block == 0)
        {
            throw new DataException(_rowCount == 0
                ? $"There is no row at all in {(_files.Count == 1 ? $"'{_files[0]}'" : $"{_files.Count} files ('{_files[0]}', ...)")}{(_order.World > 1 ? $" for rank {_order.Rank} of {_order.World}" : "")}."
                : $"There are {_rowCount} rows, none of them for rank {_order.Rank} of {_order.World}.");
        }

        StartAt(new StreamPosition(_source, Epoch + 1, 0, 0, 0, 0, 0, 0, 0));
        NextBlock();
    }

    private void StartAt(StreamPosition position)
    {
        CloseReader();
        _block.Clear();
        (_blockStart, _index) = (position with { Index = 0 }, 0);
        (_fileInOrder, _rowCount) = (position.FileInOrder, position.RowCount);
        _place = new RowPosition(position.Entry, position.Offset, position.Line);
        _filesInOrder = _order.IsShuffled
            ? new SeededRandom(_order.Seed, FileOrder, position.Epoch).Permutation(_files.Count)
            : [.. Enumerable.Range(0, _files.Count)];
    }

    private void ReadBlock()
    {
        _block.Clear();
        _index = 0;
        while (_block.Count < _order.Window && ReadRow() is { } row)
        {
            _block.Add((row, _filesInOrder[_fileInOrder]));
        }

        if (_order.IsShuffled)
        {
            new SeededRandom(_order.Seed, BlockOrder, _blockStart.Epoch, _blockStart.Block).Shuffle(CollectionsMarshal.AsSpan(_block));
        }
    }

    // The next row of this epoch that is ours, null at its end.
    private Row? ReadRow()
    {
        for (; _fileInOrder < _files.Count; _fileInOrder++, _place = default, CloseReader())
        {
            var isOurs = !_sharesFiles || _fileInOrder % _order.World == _order.Rank;
            while (isOurs && _place != RowPosition.End && ReadFrom(_files[_filesInOrder[_fileInOrder]]) is { } row)
            {
                _place = _reader!.Position;
                if (_sharesFiles || _rowCount++ % _order.World == _order.Rank)
                {
                    return row;
                }
            }
        }

        return null;
    }

    private Row? ReadFrom(string file)
    {
        try
        {
            _reader ??= _open(file, _place);
            return _reader.Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{file}' cannot be read: {e.Message}", e);
        }
    }

    private void CloseReader()
    {
        _reader?.Dispose();
        _reader = null;
    }

    // Names without folders, so that a corpus may move, and lengths, so that it may not change.
    private string Describe()
    {
        if (_files.Count == 0)
        {
            throw new DataException("There is no file to read.");
        }

        var text = new StringBuilder($"{_order}");
        foreach (var file in _files.Select(file => new FileInfo(file)))
        {
            text.Append('\n').Append(file.Name).Append('\t').Append(file.Exists ? file.Length : throw new DataException($"'{file.FullName}' does not exist."));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }
}
