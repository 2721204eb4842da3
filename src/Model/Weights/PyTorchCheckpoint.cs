using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>
/// A file of torch.save: a zip archive of one pickle, which describes the tensors, and one stored member for each
/// storage that they look at. The state dictionary is the pickled value itself, or lies in it under <c>module</c>,
/// <c>state_dict</c> or <c>model</c>; whatever else the file carries is left alone.
/// </summary>
public sealed class PyTorchCheckpoint : ITensorSource
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, (TensorEntry Entry, TorchView View)> _byName;

    private PyTorchCheckpoint(MappedFile file)
    {
        _file = file;
        var archive = TorchArchive.Open(file);
        _byName = [];
        var entries = new List<TensorEntry>();
        foreach (var (name, view) in StateDictionary.Find(file.Path, archive.Value))
        {
            if (view.Flaw() is { } flaw)
            {
                throw new WeightFileException(file.Path, $"holds the tensor {Quoted.Text(name)}, which {flaw}.");
            }

            var elementBytes = ElementType.SizeOf(view.Storage.Type);
            TensorShape.TryMeasure(view.Shape, view.Storage.Type, out _, out var byteCount);
            var entry = new TensorEntry(
                name, view.Storage.Type, view.Shape, archive.StorageOffset(view.Storage) + (byteCount == 0 ? 0 : view.Offset * elementBytes), byteCount);
            entries.Add(entry);
            if (!_byName.TryAdd(name, (entry, view)))
            {
                throw new WeightFileException(file.Path, $"has the tensor {Quoted.Text(name)} twice.");
            }
        }

        Entries = entries;
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <summary>
    /// What the state dictionary holds, in its own order. Tensors may share bytes: tied ones have the same offset, and
    /// those of a strided view lie apart, from the offset on.
    /// </summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Maps a file and interprets its pickle; nothing in it is executed.</summary>
    /// <exception cref="WeightFileException">The file is missing, malformed, or asks for a Python global that tensors do not need.</exception>
    public static PyTorchCheckpoint Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new PyTorchCheckpoint(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name)
    {
        return _byName.ContainsKey(name);
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        if (!_byName.TryGetValue(name, out var found))
        {
            throw new WeightFileException(Path, $"has no tensor {Quoted.Text(name)}.");
        }

        var (entry, view) = found;
        if (view.IsDense || entry.ByteCount == 0)
        {
            var tensor = empty(view.Shape, dtype: entry.Type);
            _file.CopyTo(tensor, entry.Offset, entry.ByteCount);
            return tensor;
        }

        using var scope = NewDisposeScope();
        var run = empty(view.Extent, dtype: entry.Type);
        _file.CopyTo(run, entry.Offset, view.Extent * ElementType.SizeOf(entry.Type));
        return run.as_strided(view.Shape, view.Strides).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
    }
}
