using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>
/// Images projected for the language model, once for all sequences that look at them. Those that nobody looks at are kept up to a number of
/// bytes, least recently used first out. For one thread.
/// </summary>
internal sealed class ProjectedImages(MmInterleaved model, long maxIdleBytes) : IDisposable
{
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly LinkedList<string> _idle = new(); // least recently used first
    private long _idleBytes;

    /// <summary>Images that are projected, idle ones included.</summary>
    public int Count => _entries.Count;

    /// <summary>Projects an image, or finds it projected. Each take wants a release.</summary>
    public ImageMemory Take(DecoderImage image)
    {
        if (!_entries.TryGetValue(image.Key, out var entry))
        {
            _entries[image.Key] = entry = new Entry(Project(image));
        }
        else if (entry.Holders == 0)
        {
            _idle.Remove(entry.Node!);
            _idleBytes -= entry.Bytes;
        }

        entry.Holders++;
        return entry.Memory;
    }

    /// <summary>Projects images, or finds them projected: all of them, or none.</summary>
    public IReadOnlyList<ImageMemory> TakeAll(IReadOnlyList<DecoderImage> images)
    {
        var taken = new List<ImageMemory>();
        try
        {
            foreach (var image in images)
            {
                taken.Add(Take(image));
            }

            return taken;
        }
        catch
        {
            foreach (var image in images.Take(taken.Count))
            {
                Release(image.Key);
            }

            throw;
        }
    }

    /// <summary>Gives an image back.</summary>
    public void Release(string key)
    {
        var entry = _entries[key];
        if (--entry.Holders > 0)
        {
            return;
        }

        entry.Node = _idle.AddLast(key);
        _idleBytes += entry.Bytes;
        while (_idleBytes > maxIdleBytes)
        {
            var oldest = _entries[_idle.First!.Value];
            _entries.Remove(_idle.First.Value);
            _idle.RemoveFirst();
            _idleBytes -= oldest.Bytes;
            oldest.Memory.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Memory.Dispose();
        }
    }

    private ImageMemory Project(DecoderImage image)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var used = image.Features.Pyramid.Select(model.Config.Llm.Mmfs.Levels);
        return model.Decoder.ProjectImages(used.Flatten().unsqueeze(0), used.Shapes).Detach();
    }

    private sealed class Entry(ImageMemory memory)
    {
        public ImageMemory Memory { get; } = memory;

        public long Bytes { get; } = memory.Layers.Sum(layer => layer.Values.numel() * layer.Values.element_size());

        public int Holders { get; set; }

        public LinkedListNode<string>? Node { get; set; }
    }
}
