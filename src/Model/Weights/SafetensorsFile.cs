using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>A safetensors file: a JSON header, then the values of its tensors, back to back, in little-endian order.</summary>
public sealed class SafetensorsFile : ITensorSource
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorEntry> _byName;

    private SafetensorsFile(MappedFile file)
    {
        _file = file;
        (Entries, Metadata) = SafetensorsHeader.Read(file);
        _byName = Entries.ToDictionary(entry => entry.Name);
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps a file and checks its whole header; the values are touched only by <see cref="Read"/>.</summary>
    /// <exception cref="WeightFileException">The file is missing, or departs from the format in any way.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes tensors of any device and layout, one after another, the widest elements first so that all are aligned.</summary>
    /// <exception cref="WeightFileException">A name is empty or taken, a type has no safetensors name, or the disk refuses.</exception>
    public static void Write(
        string path, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        new SafetensorsWriter(path, [.. tensors.Select(tensor => TensorToWrite.Of(tensor.Name, tensor.Value))], metadata).Write();
    }

    /// <summary>Writes all that another source holds, with one of its tensors in memory at a time.</summary>
    /// <exception cref="WeightFileException">The format cannot hold a name or type, or the disk refuses.</exception>
    public static void Write(string path, ITensorSource source, IReadOnlyDictionary<string, string>? metadata = null)
    {
        new SafetensorsWriter(path, [.. source.Entries.Select(entry => TensorToWrite.Of(source, entry))], metadata).Write();
    }

    /// <inheritdoc/>
    public bool Contains(string name)
    {
        return _byName.ContainsKey(name);
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        if (!_byName.TryGetValue(name, out var entry))
        {
            throw new WeightFileException(Path, $"has no tensor {Quoted.Text(name)}.");
        }

        var tensor = empty([.. entry.Shape], dtype: entry.Type);
        _file.CopyTo(tensor, entry.Offset, entry.ByteCount);
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
    }
}
