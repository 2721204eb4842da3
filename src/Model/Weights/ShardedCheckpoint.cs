using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>A checkpoint in several files and the index that names them. Index and files must agree on every tensor.</summary>
public sealed class ShardedCheckpoint : ITensorSource
{
    private readonly CheckpointIndex _index;
    private readonly Dictionary<string, ITensorSource> _shards = [];

    private ShardedCheckpoint(CheckpointIndex index)
    {
        _index = index;
        try
        {
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(index.Path))!;
            foreach (var file in index.Files)
            {
                _shards.Add(file, TensorSource.OpenOneFile(System.IO.Path.Combine(folder, file)));
            }

            RequireAgreement();
        }
        catch
        {
            Dispose();
            throw;
        }

        Entries = [.. index.Files.SelectMany(file => _shards[file].Entries)];
    }

    /// <inheritdoc/>
    public string Path => _index.Path;

    /// <summary>What the files hold: file by file in the order of their names, and within each in its own order.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The texts and numbers among the notes of the index.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _index.Metadata;

    /// <summary>Opens an index, such as <c>model.safetensors.index.json</c>, and every file that it names.</summary>
    /// <exception cref="WeightFileException">The index or a file is malformed, or they disagree.</exception>
    public static ShardedCheckpoint Open(string indexPath)
    {
        return new ShardedCheckpoint(CheckpointIndex.Read(indexPath));
    }

    /// <inheritdoc/>
    public bool Contains(string name)
    {
        return _index.FileOf.ContainsKey(name);
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        return _index.FileOf.TryGetValue(name, out var file)
            ? _shards[file].Read(name)
            : throw new WeightFileException(Path, $"has no tensor {Quoted.Text(name)}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void RequireAgreement()
    {
        foreach (var (name, file) in _index.FileOf)
        {
            if (!_shards[file].Contains(name))
            {
                throw new WeightFileException(Path, $"places the tensor {Quoted.Text(name)} in '{file}', which does not hold it.");
            }
        }

        foreach (var (file, shard) in _shards)
        {
            foreach (var entry in shard.Entries)
            {
                if (_index.FileOf.GetValueOrDefault(entry.Name) is not { } listed)
                {
                    throw new WeightFileException(Path, $"does not list the tensor {Quoted.Text(entry.Name)}, which '{file}' holds.");
                }

                if (listed != file)
                {
                    throw new WeightFileException(Path, $"places the tensor {Quoted.Text(entry.Name)} in '{listed}', but '{file}' holds one of that name too.");
                }
            }
        }
    }
}
