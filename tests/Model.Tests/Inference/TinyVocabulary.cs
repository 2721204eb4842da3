using MmiGrains.Model.Text;
using IO = System.IO;

namespace MmiGrains.Model.Tests.Inference;

/// <summary>The recorded tokenizer, cut down to the rows of the recorded model's embedding.</summary>
internal static class TinyVocabulary
{
    private const int Piece = 1; // ModelProto.pieces

    public static LlamaTokenizer Load(int pieces)
    {
        using var model = new MemoryStream(File(pieces));
        return LlamaTokenizer.Load(model);
    }

    /// <summary>The same as a file's bytes.</summary>
    public static byte[] File(int pieces)
    {
        var model = IO.File.ReadAllBytes(Golden.Path("tokenizer", "tokenizer.model"));
        var kept = new MemoryStream();
        var seen = 0;
        for (var at = 0; at < model.Length;)
        {
            var start = at;
            var field = ReadVarint(model, ref at) >> 3;
            var length = ReadVarint(model, ref at); // every field of the file is length-delimited
            at += length;
            if (field != Piece || seen++ < pieces)
            {
                kept.Write(model, start, at - start);
            }
        }

        return kept.ToArray();
    }

    private static int ReadVarint(byte[] bytes, ref int at)
    {
        var (value, shift) = (0, 0);
        while (true)
        {
            value |= (bytes[at] & 0x7F) << shift;
            shift += 7;
            if (bytes[at++] < 0x80)
            {
                return value;
            }
        }
    }
}
