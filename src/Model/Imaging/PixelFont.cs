using System.Globalization;

namespace MmiGrains.Model.Imaging;

/// <summary>The printable ASCII characters in five by seven pixels, two more below the line: text in pictures without a font file.</summary>
internal static class PixelFont
{
    /// <summary>From the top of one line to the top of the next.</summary>
    public const int LineHeight = 11;

    private const int HexDigitsPerColumn = 3;
    private const char First = ' ';

    // Of each character from ' ' to '~' its columns from the left, three hexadecimal digits each; bit 0 is the top row, bit 8 the lowest.
    private const string Columns =
        "000000 05f 003000003 01407f01407f014 02402a07f02a012 06301300c062061 036049055022050 003 01c022041 04102201c "
        + "01400803e008014 00800803e008008 080060 008008008008 060 040030008006001 03e05104904503e 04207f040 "
        + "042061051049046 022041049049036 01801401207f010 027045045045039 03c04a049049030 001071009005003 036049049049036 "
        + "00604904902901e 036 040036 008014022 014014014014 022014008 002001051009006 03e04105d05501e 07e00900900907e "
        + "07f049049049036 03e041041041022 07f04104104103e 07f049049049041 07f009009009001 03e04104904907a 07f00800800807f "
        + "04107f041 02004004103f001 07f008014022041 07f040040040040 07f00200c00207f 07f00200400807f 03e04104104103e "
        + "07f009009009006 03e04105102105e 07f009019029046 046049049049031 00100107f001001 03f04004004003f 01f02004002001f "
        + "07f02001802007f 063014008014063 003004078004003 061051049045043 07f041041 001006008030040 04104107f "
        + "004002001002004 040040040040 001002 020054054054078 07f044044044038 038044044044 03804404404407f "
        + "038054054054018 00407e005005 0381441441440fc 07f004004004078 04407d040 0801040fd 07f010028044 04107f040 "
        + "07c004078004078 07c004004004078 038044044044038 1fc044044044038 0380440440441fc 07c008004004 048054054024 "
        + "00403f044044 03c04004004007c 01c02004002001c 03c04003004003c 044028010028044 03c1401401400fc 04406405404c044 "
        + "008036041041 07f 041041036008 010008010010008";

    private static readonly int[][] Glyphs = [.. Columns.Split(' ').Select(Parse)];

    // What stands for every character that there is no picture of.
    private static readonly int[] Unknown = [0x7f, 0x41, 0x41, 0x7f];

    /// <summary>A character's columns; bit 0 of each is its top row.</summary>
    public static ReadOnlySpan<int> Glyph(char character) =>
        character - First is var index && index >= 0 && index < Glyphs.Length ? Glyphs[index] : Unknown;

    /// <summary>Pixels from the left of the first character to the right of the last.</summary>
    public static int Measure(ReadOnlySpan<char> text)
    {
        var width = Math.Max(text.Length - 1, 0);
        foreach (var character in text)
        {
            width += Glyph(character).Length;
        }

        return width;
    }

    /// <summary>The text in lines that are no wider than <paramref name="width"/>, broken at spaces, or within a word that is too long.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' ').SelectMany(word => Cut(word, width)))
            {
                var longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && Measure(longer) > width)
                {
                    lines.Add(line);
                    longer = word;
                }

                line = longer;
            }

            lines.Add(line);
        }

        return lines;
    }

    private static IEnumerable<string> Cut(string word, int width)
    {
        while (word.Length > 1 && Measure(word) > width)
        {
            var fitting = word.Length - 1;
            while (fitting > 1 && Measure(word.AsSpan(0, fitting)) > width)
            {
                fitting--;
            }

            yield return word[..fitting];
            word = word[fitting..];
        }

        yield return word;
    }

    private static int[] Parse(string columns) =>
        [.. columns.Chunk(HexDigitsPerColumn).Select(digits => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
