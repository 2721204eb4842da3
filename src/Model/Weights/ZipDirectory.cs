using System.Buffers.Binary;
using System.Text;

namespace MmiGrains.Model.Weights;

/// <summary>
/// The central directory of a zip archive, classic or zip64, and the place of each member in the mapped file.
/// Members are read where they lie, so they must be stored as they are, as torch.save does.
/// </summary>
internal sealed class ZipDirectory
{
    private const int MaxDirectoryBytes = 16 << 20;
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int WideEndBytes = 56;
    private const int MemberBytes = 46;
    private const int LocalBytes = 30;

    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint WideEndSignature = 0x06064b50;
    private const uint MemberSignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;

    private readonly MappedFile _file;
    private readonly Dictionary<string, ZipEntry> _entries = [];
    private readonly long _start;

    public ZipDirectory(MappedFile file)
    {
        _file = file;
        var end = FindEnd();
        (_start, var byteCount, var memberCount) = Locate(end);
        if (_start < 0 || byteCount < 0 || _start > end || byteCount > end - _start || byteCount > MaxDirectoryBytes)
        {
            throw Refuse($"places a zip directory of {byteCount} bytes at {_start}, which is not before {end} or is above the limit of {MaxDirectoryBytes} bytes.");
        }

        ReadMembers(file.Span(_start, (int)byteCount), memberCount);
    }

    public IReadOnlyCollection<ZipEntry> Entries => _entries.Values;

    public ZipEntry? Find(string name)
    {
        return _entries.GetValueOrDefault(name);
    }

    /// <summary>Where the bytes of a member begin. It must be stored unpacked, unencrypted, and before the directory.</summary>
    public long DataOffset(ZipEntry entry)
    {
        var name = Quoted.Text(entry.Name);
        if (entry.Method != 0 || entry.StoredBytes != entry.ByteCount)
        {
            throw Refuse($"packs its member {name} by zip method {entry.Method}, and only method 0, stored, can be read in place.");
        }

        if ((entry.Flags & 1) != 0)
        {
            throw Refuse($"encrypts its member {name}.");
        }

        if (entry.HeaderOffset > _start - LocalBytes)
        {
            throw Refuse($"places its member {name} at {entry.HeaderOffset}, behind the last place of {_start - LocalBytes}.");
        }

        var local = _file.Span(entry.HeaderOffset, LocalBytes);
        var nameBytes = U16(local, 26);
        var offset = entry.HeaderOffset + LocalBytes + nameBytes + U16(local, 28);
        if (U32(local, 0) != LocalSignature || offset > _start || entry.ByteCount > _start - offset)
        {
            throw Refuse($"has no whole member {name} of {entry.ByteCount} bytes at {entry.HeaderOffset}.");
        }

        var localName = _file.Span(entry.HeaderOffset + LocalBytes, nameBytes);
        return localName.SequenceEqual(Encoding.UTF8.GetBytes(entry.Name))
            ? offset
            : throw Refuse($"calls its member {name} {Quoted.Text(localName)} in another place.");
    }

    // The record ends the file, but for a comment whose length it states.
    private long FindEnd()
    {
        var tailBytes = (int)Math.Min(_file.Length, EndBytes + ushort.MaxValue);
        var tail = _file.Span(_file.Length - tailBytes, tailBytes);
        for (var at = tailBytes - EndBytes; at >= 0; at--)
        {
            if (U32(tail, at) == EndSignature && U16(tail, at + 20) == tailBytes - EndBytes - at)
            {
                return _file.Length - tailBytes + at;
            }
        }

        throw Refuse("is not a whole zip archive: it does not end in a zip directory.");
    }

    private (long Start, long ByteCount, long MemberCount) Locate(long end)
    {
        var record = _file.Span(end, EndBytes);
        if (U16(record, 4) is not (0 or ushort.MaxValue))
        {
            throw Refuse($"is part {U16(record, 4)} of a zip archive in several parts.");
        }

        var (memberCount, byteCount, start) = (U16(record, 10), U32(record, 12), U32(record, 16));
        if (memberCount != ushort.MaxValue && byteCount != uint.MaxValue && start != uint.MaxValue)
        {
            return (start, byteCount, memberCount);
        }

        var locatorOffset = end - LocatorBytes;
        if (locatorOffset < 0 || U32(_file.Span(locatorOffset, LocatorBytes), 0) != LocatorSignature)
        {
            throw Refuse("has a zip64 directory, but does not say where.");
        }

        var wideOffset = I64(_file.Span(locatorOffset, LocatorBytes), 8);
        if (wideOffset < 0 || wideOffset > locatorOffset - WideEndBytes || U32(_file.Span(wideOffset, WideEndBytes), 0) != WideEndSignature)
        {
            throw Refuse($"has no zip64 directory at {wideOffset}, where it says.");
        }

        var wide = _file.Span(wideOffset, WideEndBytes);
        return (I64(wide, 48), I64(wide, 40), I64(wide, 32));
    }

    private void ReadMembers(ReadOnlySpan<byte> directory, long memberCount)
    {
        while (directory.Length >= MemberBytes && U32(directory, 0) == MemberSignature)
        {
            var (nameBytes, extraBytes, commentBytes) = (U16(directory, 28), U16(directory, 30), U16(directory, 32));
            var memberBytes = MemberBytes + nameBytes + extraBytes + commentBytes;
            if (memberBytes > directory.Length)
            {
                break;
            }

            var entry = ReadMember(directory, Encoding.UTF8.GetString(directory.Slice(MemberBytes, nameBytes)), directory.Slice(MemberBytes + nameBytes, extraBytes));
            if (!_entries.TryAdd(entry.Name, entry))
            {
                throw Refuse($"has the member {Quoted.Text(entry.Name)} twice.");
            }

            directory = directory[memberBytes..];
        }

        if (!directory.IsEmpty || _entries.Count != memberCount)
        {
            throw Refuse($"has a zip directory of {memberCount} members, of which only {_entries.Count} can be read.");
        }
    }

    private ZipEntry ReadMember(ReadOnlySpan<byte> member, string name, ReadOnlySpan<byte> extra)
    {
        // Sizes that do not fit 32 bits stand, in this order, in the extra field of kind 1.
        var wide = ReadOnlySpan<byte>.Empty;
        while (extra.Length >= 4 && U16(extra, 2) <= extra.Length - 4)
        {
            wide = U16(extra, 0) == 1 ? extra.Slice(4, U16(extra, 2)) : wide;
            extra = extra[(4 + U16(extra, 2))..];
        }

        var byteCount = Widen(U32(member, 24), ref wide, name);
        var storedBytes = Widen(U32(member, 20), ref wide, name);
        var offset = Widen(U32(member, 42), ref wide, name);
        return new ZipEntry(name, offset, storedBytes, byteCount, U16(member, 10), U16(member, 8));
    }

    private long Widen(uint narrow, ref ReadOnlySpan<byte> wide, string name)
    {
        if (narrow != uint.MaxValue)
        {
            return narrow;
        }

        if (wide.Length < 8 || I64(wide, 0) < 0)
        {
            throw Refuse($"does not state the size or place of its member {Quoted.Text(name)}.");
        }

        var value = I64(wide, 0);
        wide = wide[8..];
        return value;
    }

    private WeightFileException Refuse(string problem)
    {
        return new WeightFileException(_file.Path, problem);
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset)
    {
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
    }

    private static long I64(ReadOnlySpan<byte> bytes, int offset)
    {
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[offset..]);
    }
}
