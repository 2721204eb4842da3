using System.Buffers.Binary;

namespace MmiGrains.Silo.Decoding;

/// <summary>
/// What a silo and its decoder say to each other over standard input and output. A question is its task, a number and a file; an answer its
/// outcome, the picture's sides, and what was asked for: the sides and pixels of a result, or a sentence. Numbers are 32 bits, little-endian.
/// </summary>
internal static class DecodeWire
{
    /// <summary>What a child says once it can be asked.</summary>
    public const byte Ready = 0xD5;

    /// <summary>Bytes before a question's file: task, number, length.</summary>
    public const int QuestionBytes = 9;

    /// <summary>Bytes before an answer's pixels or sentence: outcome, sides, sides of the result or length of the sentence.</summary>
    public const int AnswerBytes = 17;

    /// <summary>What is asked for.</summary>
    public enum Work : byte
    {
        /// <summary>The sides alone.</summary>
        Check,

        /// <summary>The middle square.</summary>
        Crop,

        /// <summary>The whole, no larger than a side.</summary>
        Fit,
    }

    /// <summary>How it went.</summary>
    public enum Outcome : byte
    {
        /// <summary>Pixels follow.</summary>
        Done,

        /// <summary>A sentence follows.</summary>
        Refused,

        /// <summary>Memory ran out; the child ends.</summary>
        OutOfMemory,
    }

    /// <summary>A question's beginning.</summary>
    public static byte[] Question(Work work, int number, int length)
    {
        var bytes = new byte[QuestionBytes];
        bytes[0] = (byte)work;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), length);
        return bytes;
    }

    /// <summary>An answer's beginning.</summary>
    public static byte[] Answer(Outcome outcome, int width = 0, int height = 0, int first = 0, int second = 0)
    {
        var bytes = new byte[AnswerBytes];
        bytes[0] = (byte)outcome;
        foreach (var (place, number) in new[] { (1, width), (5, height), (9, first), (13, second) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), number);
        }

        return bytes;
    }

    /// <summary>A number of a beginning.</summary>
    public static int Number(ReadOnlySpan<byte> beginning, int place) => BinaryPrimitives.ReadInt32LittleEndian(beginning[place..]);
}
