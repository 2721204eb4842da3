using System.Buffers.Binary;
using System.Text;

namespace MmiGrains.Silo.Diagnostics;

/// <summary>The symbol versions that a 64-bit little-endian ELF library asks of others (its section .gnu.version_r).</summary>
internal static class VersionNeeds
{
    private const uint VersionNeedSection = 0x6FFFFFFE; // SHT_GNU_verneed
    private const ushort WeakFlag = 2; // VER_FLG_WEAK

    /// <summary>Reads them; a weak one may be missing.</summary>
    /// <exception cref="InvalidDataException">The file is no such library.</exception>
    public static IReadOnlyList<VersionNeed> Read(string path)
    {
        var elf = File.ReadAllBytes(path);
        if (!elf.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException($"'{path}' is not a 64-bit little-endian ELF file.");
        }

        try
        {
            return Read(elf);
        }
        catch (Exception problem) when (problem is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' is a damaged ELF file: a table leads beyond its end.", problem);
        }
    }

    // Section headers: table at 0x28, size and count at 0x3A. A need is a library and its versions, both linked lists.
    private static List<VersionNeed> Read(ReadOnlySpan<byte> elf)
    {
        var needs = new List<VersionNeed>();
        var (table, size, count) = (Offset(elf, 0x28), Short(elf, 0x3A), Short(elf, 0x3C));
        for (var i = 0; i < count; i++)
        {
            var header = table + (i * size);
            if (Word(elf, header + 4) != VersionNeedSection)
            {
                continue;
            }

            var strings = Offset(elf, table + ((int)Word(elf, header + 0x28) * size) + 0x18);
            var library = Offset(elf, header + 0x18);
            for (var next = -1; next != 0; library += next)
            {
                AddVersions(elf, strings, library, needs);
                next = (int)Word(elf, library + 12);
            }
        }

        return needs;
    }

    private static void AddVersions(ReadOnlySpan<byte> elf, int strings, int library, List<VersionNeed> needs)
    {
        var name = Text(elf, strings + (int)Word(elf, library + 4));
        var entry = library + (int)Word(elf, library + 8);
        for (int left = Short(elf, library + 2); left > 0; left--)
        {
            needs.Add(new VersionNeed(name, Text(elf, strings + (int)Word(elf, entry + 8)), (Short(elf, entry + 4) & WeakFlag) != 0));
            entry += (int)Word(elf, entry + 12);
        }
    }

    private static ushort Short(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static uint Word(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]);

    private static int Offset(ReadOnlySpan<byte> elf, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf[at..]));

    private static string Text(ReadOnlySpan<byte> elf, int at)
    {
        var tail = elf[at..];
        return Encoding.ASCII.GetString(tail[..tail.IndexOf((byte)0)]);
    }
}
