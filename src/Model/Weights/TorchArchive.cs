namespace MmiGrains.Model.Weights;

/// <summary>The zip archive of torch.save: the value of its pickle, and the place of each storage.</summary>
internal sealed class TorchArchive
{
    private const int MaxPickleBytes = 64 << 20;

    /// <summary>The number that opens the pickles of the format from before zip files, as a pickle spells it.</summary>
    private static readonly byte[] LegacyMagic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    private readonly MappedFile _file;
    private readonly ZipDirectory _directory;
    private readonly string _prefix;

    private TorchArchive(MappedFile file)
    {
        _file = file;
        _directory = new ZipDirectory(file);
        var pickles = _directory.Entries.Where(entry => entry.Name == "data.pkl" || entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList();
        if (pickles is not [var pickle])
        {
            throw new WeightFileException(file.Path, $"is a zip archive with {pickles.Count} members named data.pkl, where torch.save writes one.");
        }

        _prefix = pickle.Name[..^"data.pkl".Length];
        RequireLittleEndian();
        if (pickle.ByteCount > MaxPickleBytes)
        {
            throw new WeightFileException(file.Path, $"has a pickle of {pickle.ByteCount} bytes, above the limit of {MaxPickleBytes}.");
        }

        Value = PickleMachine.Run(file.Path, file.Span(_directory.DataOffset(pickle), (int)pickle.ByteCount));
    }

    /// <summary>What the pickle describes.</summary>
    public object? Value { get; }

    public static TorchArchive Open(MappedFile file)
    {
        var opening = file.Span(0, (int)Math.Min(file.Length, 16));
        if (opening.StartsWith("PK"u8))
        {
            return new TorchArchive(file);
        }

        if (opening.IndexOf(LegacyMagic) >= 0)
        {
            throw new WeightFileException(
                file.Path, "is in the legacy format of torch.save from before PyTorch 1.6, which is not read here; load it in PyTorch and save it again.");
        }

        if (opening is [0x80, <= 5, ..])
        {
            // Run for the sake of the message: the global that the pickle asks for says more than its missing archive.
            PickleMachine.Run(file.Path, file.Span(0, (int)Math.Min(file.Length, MaxPickleBytes)));
            throw new WeightFileException(file.Path, "is a bare pickle, not the zip archive of torch.save.");
        }

        throw new WeightFileException(file.Path, "is not the zip archive of torch.save: it does not begin with 'PK'.");
    }

    /// <summary>Where the elements of a storage begin in the file.</summary>
    public long StorageOffset(TorchStorage storage)
    {
        var entry = _directory.Find($"{_prefix}data/{storage.Key}")
            ?? throw new WeightFileException(_file.Path, $"lacks the storage {Quoted.Text(storage.Key)} that its pickle mentions.");
        var elementBytes = ElementType.SizeOf(storage.Type);
        return entry.ByteCount % elementBytes == 0 && entry.ByteCount / elementBytes == storage.ElementCount
            ? _directory.DataOffset(entry)
            : throw new WeightFileException(
                _file.Path,
                $"has {entry.ByteCount} bytes in the storage {Quoted.Text(storage.Key)}, but its pickle promises {storage.ElementCount} elements of {storage.Type}.");
    }

    private void RequireLittleEndian()
    {
        if (_directory.Find($"{_prefix}byteorder") is not { } entry)
        {
            return; // files from before PyTorch 2.1 do not say, and are little-endian
        }

        var offset = _directory.DataOffset(entry);
        var order = _file.Span(offset, (int)Math.Min(entry.ByteCount, 64));
        if (!order.SequenceEqual("little"u8))
        {
            throw new WeightFileException(_file.Path, $"has the byte order {Quoted.Text(order)}, and only 'little' is read here.");
        }
    }
}
