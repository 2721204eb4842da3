using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>
/// Images projected for the language model, once for all sequences that look at them. Those that nobody looks at are kept while all together
/// take no more than a number of bytes, least recently used first out. For one thread.
/// </summary>
internal sealed class ProjectedImages : IDisposable
{
    private readonly MmInterleaved _model;
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly LinkedList<string> _idle = new(); // least recently used first
    private readonly long _most;

    public ProjectedImages(MmInterleaved model, long maxBytes)
    {
        var llm = model.Config.Llm;
        _model = model;
        BytesPerImage = (long)model.Decoder.Looks.Count * llm.Mmfs.Levels.Sum(side => side * side) * llm.Mmfs.ToMmfs(llm.HiddenSize).ValueWidth * sizeof(float);
        _most = BytesPerImage == 0 ? long.MaxValue : maxBytes / BytesPerImage;
        MostHeld = long.Max(_most, llm.Mmfs.MaxImages);
    }

    /// <summary>Bytes of one projected image.</summary>
    public long BytesPerImage { get; }

    /// <summary>Images that may be looked at at the same time: those of one sequence always may.</summary>
    public long MostHeld { get; }

    /// <summary>Images that are projected, idle ones included.</summary>
    public int Count => _entries.Count;

    /// <summary>Projects an image, or finds it projected. Each take wants a release.</summary>
    public ImageMemory Take(DecoderImage image)
    {
        if (!_entries.TryGetValue(image.Key, out var entry))
        {
            Shrink(_most - 1);
            _entries[image.Key] = entry = new Entry(Project(image));
        }
        else if (entry.Holders == 0)
        {
            _idle.Remove(entry.Node!);
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
        if (--entry.Holders == 0)
        {
            entry.Node = _idle.AddLast(key);
            Shrink(_most);
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Memory.Dispose();
        }
    }

    private void Shrink(long most)
    {
        while (_entries.Count > most && _idle.First is { Value: var oldest })
        {
            _idle.RemoveFirst();
            _entries.Remove(oldest, out var entry);
            entry!.Memory.Dispose();
        }
    }

    private ImageMemory Project(DecoderImage image)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var used = image.Features.Pyramid.Select(_model.Config.Llm.Mmfs.Levels);
        return _model.Decoder.ProjectImages(used.Flatten().unsqueeze(0), used.Shapes).Detach();
    }

    private sealed class Entry(ImageMemory memory)
    {
        public ImageMemory Memory { get; } = memory;

        public int Holders { get; set; }

        public LinkedListNode<string>? Node { get; set; }
    }
}
