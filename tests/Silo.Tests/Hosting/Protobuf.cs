using System.Text;

namespace MmiGrains.Silo.Tests.Hosting;

/// <summary>Reads as much of protobuf's wire format as OTLP's messages need.</summary>
internal static class Protobuf
{
    /// <summary>All fields of a number that have a length: messages, strings and bytes.</summary>
    public static IReadOnlyList<byte[]> Fields(byte[] message, params ReadOnlySpan<int> path)
    {
        IReadOnlyList<byte[]> found = [message];
        foreach (var number in path)
        {
            found = [.. found.SelectMany(inner => Of(inner, number))];
        }

        return found;
    }

    public static string Text(byte[] message, int number) => Encoding.UTF8.GetString(Fields(message, number).Single());

    private static List<byte[]> Of(byte[] message, int number)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        found.Add(message[at..(at + length)]);
                    }

                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }
        }

        return found;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }
    }
}
