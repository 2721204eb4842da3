using System.Text;

namespace MmiGrains.Model.Tests.Text;

/// <summary>Writes small SentencePiece files, right ones and wrong ones.</summary>
internal sealed class ModelFile
{
    public List<(string Text, float Score, int Kind)> Pieces { get; } =
    [
        ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3),
        .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, 6)),
    ];

    public Dictionary<int, ulong> Trainer { get; } = new() { [3] = 2, [35] = 1 };

    public Dictionary<int, ulong> Normalizer { get; } = new() { [4] = 0 };

    public byte[]? NormalizerRules { get; set; }

    public ModelFile Add(params string[] ordinary)
    {
        foreach (var text in ordinary)
        {
            Pieces.Add((text, -Pieces.Count, 1));
        }

        return this;
    }

    public byte[] ToBytes()
    {
        var file = new MemoryStream();
        foreach (var (text, score, kind) in Pieces)
        {
            var piece = new MemoryStream();
            WriteBytes(piece, 1, Encoding.UTF8.GetBytes(text));
            WriteVarint(piece, 2 << 3 | 5);
            piece.Write(BitConverter.GetBytes(score));
            WriteNumber(piece, 3, (ulong)kind);
            WriteBytes(file, 1, piece.ToArray());
        }

        WriteBytes(file, 2, Settings(Trainer, null));
        WriteBytes(file, 3, Settings(Normalizer, NormalizerRules));
        return file.ToArray();
    }

    private static byte[] Settings(Dictionary<int, ulong> numbers, byte[]? rules)
    {
        var message = new MemoryStream();
        foreach (var (field, value) in numbers)
        {
            WriteNumber(message, field, value);
        }

        if (rules is not null)
        {
            WriteBytes(message, 2, rules);
        }

        return message.ToArray();
    }

    private static void WriteNumber(Stream to, int field, ulong value)
    {
        WriteVarint(to, (ulong)field << 3);
        WriteVarint(to, value);
    }

    private static void WriteBytes(Stream to, int field, byte[] bytes)
    {
        WriteVarint(to, (ulong)field << 3 | 2);
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteVarint(Stream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }
}
