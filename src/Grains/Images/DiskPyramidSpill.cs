using System.Security.Cryptography;
using System.Text;
using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Images;

/// <summary>Features in files of a folder of this silo's own, under a budget of bytes; the least recently used goes first.</summary>
public sealed class DiskPyramidSpill : IPyramidSpill, IAsyncDisposable
{
    private const string Extension = ".mmif";
    private const int MostWrites = 2; // more features than these are not held in memory for a slow disk

    private readonly string _folder;
    private readonly long _byteBudget;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Name, long ByteCount)>> _files = [];
    private readonly LinkedList<(string Name, long ByteCount)> _order = []; // least recently used first
    private readonly Dictionary<string, Task> _writes = [];
    private long _byteCount;

    /// <param name="folder">Made where it is not; what it keeps from before is used.</param>
    /// <param name="byteBudget">Bytes that its files may take.</param>
    public DiskPyramidSpill(string folder, long byteBudget)
    {
        (_folder, _byteBudget) = (Directory.CreateDirectory(folder).FullName, byteBudget);
        foreach (var left in Directory.EnumerateFiles(_folder, "*" + Extension + ".tmp"))
        {
            File.Delete(left);
        }

        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*" + Extension).OrderBy(file => file.LastWriteTimeUtc))
        {
            Register(file.Name, file.Length);
        }

        Shrink(0);
    }

    /// <summary>Bytes that its files take.</summary>
    public long ByteCount
    {
        get
        {
            lock (_gate)
            {
                return _byteCount;
            }
        }
    }

    /// <inheritdoc/>
    public void Take(string key, ImageFeatures features)
    {
        var name = Name(key);
        lock (_gate)
        {
            if (_writes.Count < MostWrites && !_writes.ContainsKey(name) && !_files.ContainsKey(name) && SpilledFile.ByteCount(features) <= _byteBudget)
            {
                _writes[name] = Task.Run(() => Write(key, name, features));
                return;
            }
        }

        features.Dispose();
    }

    /// <inheritdoc/>
    public Task<ImageFeatures?> ReadAsync(string key, CancellationToken cancellation = default) => Task.Run(() => Read(key), cancellation);

    /// <inheritdoc/>
    public void Remove(string key)
    {
        lock (_gate)
        {
            _writes.Remove(Name(key)); // and what is being written is deleted when it is done
            Delete(Name(key));
        }
    }

    /// <summary>Waits until what was taken is written.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_writes.Values);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await FlushAsync();

    private void Write(string key, string name, ImageFeatures features)
    {
        using (features)
        {
            var size = SpilledFile.ByteCount(features);
            lock (_gate)
            {
                Shrink(size);
                _byteCount += size; // reserved
            }

            var isWritten = TryWrite(key, name, features);
            lock (_gate)
            {
                _byteCount -= size;
                var isWanted = _writes.Remove(name);
                if (isWritten && isWanted)
                {
                    Register(name, size);
                }
                else if (isWritten)
                {
                    File.Delete(Path.Combine(_folder, name));
                }
            }
        }
    }

    // A disk that is full or gone costs what it would have saved, and nothing else.
    private bool TryWrite(string key, string name, ImageFeatures features)
    {
        try
        {
            SpilledFile.Write(Path.Combine(_folder, name), key, features);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private ImageFeatures? Read(string key)
    {
        var (name, path) = (Name(key), Path.Combine(_folder, Name(key)));
        lock (_gate)
        {
            if (!_files.TryGetValue(name, out var place))
            {
                return null;
            }

            _order.Remove(place);
            _order.AddLast(place);
        }

        try
        {
            var features = SpilledFile.Read(path, key);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return features;
        }
        catch (Exception problem) when (problem is FeatureFormatException or IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                Delete(name);
            }

            return null;
        }
    }

    private void Register(string name, long byteCount)
    {
        _files[name] = _order.AddLast((name, byteCount));
        _byteCount += byteCount;
    }

    private void Shrink(long room)
    {
        while (_byteCount + room > _byteBudget && _order.First is { } oldest)
        {
            Delete(oldest.Value.Name);
        }
    }

    private void Delete(string name)
    {
        if (_files.Remove(name, out var place))
        {
            _order.Remove(place);
            _byteCount -= place.Value.ByteCount;
            File.Delete(Path.Combine(_folder, name));
        }
    }

    private static string Name(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + Extension;
}
