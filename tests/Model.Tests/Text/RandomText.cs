using System.Text;

namespace MmiGrains.Model.Tests.Text;

/// <summary>Seeded strings from all over Unicode, and from the pieces a test hands in.</summary>
internal static class RandomText
{
    private static readonly (int From, int To)[] Ranges =
    [
        (0x00, 0x20), (0x20, 0x7F), (0x7F, 0xA1), (0xC0, 0x250), (0x300, 0x370), (0x400, 0x460), (0x590, 0x700),
        (0x2000, 0x2070), (0x2581, 0x2582), (0x3000, 0x3100), (0x4E00, 0xA000), (0xE000, 0xE010), (0xFE00, 0xFE10),
        (0xFFF0, 0x10000), (0x1F300, 0x1F700), (0x1F3FB, 0x1F400), (0x10FFF0, 0x110000),
    ];

    public static string Next(Random random, int maxLength)
    {
        var text = new StringBuilder();
        for (var left = random.Next(maxLength + 1); left > 0; left--)
        {
            var (from, to) = Ranges[random.Next(3) == 0 ? 1 : random.Next(Ranges.Length)];
            text.Append(char.ConvertFromUtf32(random.Next(from, to)));
        }

        return text.ToString();
    }

    public static string Next(Random random, int maxLength, params IReadOnlyList<string> alphabet) =>
        string.Concat(Enumerable.Range(0, random.Next(maxLength + 1)).Select(_ => alphabet[random.Next(alphabet.Count)]));

    public static int[] Ids(Random random, int maxLength, int vocabularySize)
    {
        var ids = new int[random.Next(maxLength + 1)];
        var bytesOnly = random.Next(3) == 0;
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = bytesOnly || random.Next(2) == 0 ? 3 + random.Next(256) : random.Next(vocabularySize);
        }

        return ids;
    }
}
