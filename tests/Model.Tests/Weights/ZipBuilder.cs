using System.Text;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>Writes small zip archives, sound or not, classic or zip64. Checksums are left at zero.</summary>
internal sealed class ZipBuilder
{
    private readonly List<(string Name, byte[] Content, ushort Method, ushort Flags)> _members = [];

    public bool IsWide { get; init; }

    /// <summary>An archive as PyTorch writes one, with the storage '0'.</summary>
    public static byte[] Checkpoint(byte[] pickle, byte[] storage, bool isWide = false) =>
        new ZipBuilder { IsWide = isWide }.Add("a/data.pkl", pickle).Add("a/data/0", storage).Add("a/version", "3\n"u8).Build();

    public ZipBuilder Add(string name, ReadOnlySpan<byte> content, ushort method = 0, ushort flags = 0)
    {
        _members.Add((name, content.ToArray(), method, flags));
        return this;
    }

    public byte[] Build()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var offsets = new List<long>();
        foreach (var (name, content, method, flags) in _members)
        {
            offsets.Add(stream.Position);
            var padding = new byte[(64 - ((stream.Position + 30 + name.Length) % 64)) % 64];
            WriteAll(writer, 0x04034b50u, (ushort)20, flags, method, 0u, 0u, content.Length, content.Length, (ushort)Encoding.UTF8.GetByteCount(name), (ushort)padding.Length);
            writer.Write(Encoding.UTF8.GetBytes(name));
            writer.Write(padding);
            writer.Write(content);
        }

        var start = stream.Position;
        foreach (var ((name, content, method, flags), offset) in _members.Zip(offsets))
        {
            var narrow = IsWide ? uint.MaxValue : (uint)content.Length;
            WriteAll(writer, 0x02014b50u, (ushort)20, (ushort)20, flags, method, 0u, 0u, narrow, narrow, (ushort)Encoding.UTF8.GetByteCount(name));
            WriteAll(writer, (ushort)(IsWide ? 28 : 0), (ushort)0, (ushort)0, (ushort)0, 0u, IsWide ? uint.MaxValue : (uint)offset);
            writer.Write(Encoding.UTF8.GetBytes(name));
            if (IsWide)
            {
                WriteAll(writer, (ushort)1, (ushort)24, (long)content.Length, (long)content.Length, offset);
            }
        }

        var (end, count) = (stream.Position, _members.Count);
        if (IsWide)
        {
            WriteAll(writer, 0x06064b50u, 44L, (ushort)45, (ushort)45, 0u, 0u, (long)count, (long)count, end - start, start);
            WriteAll(writer, 0x07064b50u, 0u, end, 1u);
        }

        var (shortCount, size, place) = IsWide ? (ushort.MaxValue, uint.MaxValue, uint.MaxValue) : ((ushort)count, (uint)(end - start), (uint)start);
        WriteAll(writer, 0x06054b50u, (ushort)0, (ushort)0, shortCount, shortCount, size, place, (ushort)0);
        return stream.ToArray();
    }

    private static void WriteAll(BinaryWriter writer, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
        {
            switch (value)
            {
                case ushort number:
                    writer.Write(number);
                    break;
                case uint number:
                    writer.Write(number);
                    break;
                case int number:
                    writer.Write(number);
                    break;
                case long number:
                    writer.Write(number);
                    break;
                default:
                    throw new ArgumentException($"{value} is a {value.GetType()}.");
            }
        }
    }
}
