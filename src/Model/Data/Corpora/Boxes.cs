using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Boxes as the reference writes them: corners in thousandths of the image's sides, 0 to 999, with three digits:
/// <c>&lt;box&gt;(012,034)(560,780)&lt;/box&gt;</c>.
/// </summary>
internal static partial class Boxes
{
    private const int Scale = 999;

    /// <summary>A box in fractions of the sides.</summary>
    /// <exception cref="RowException">Its corners are in the wrong order, or outside of the image by more than rounding.</exception>
    public static string Write(double left, double top, double right, double bottom)
    {
        if (left > right || top > bottom)
        {
            throw new RowException("a box ends before it begins", $"{List([left, top, right, bottom])} of the image's sides");
        }

        if (Math.Min(left, top) < -0.01 || Math.Max(right, bottom) > 1.01)
        {
            throw new RowException("a box lies outside of its image", $"{List([left, top, right, bottom])} of the image's sides");
        }

        return string.Create(CultureInfo.InvariantCulture, $"<box>({Place(left):D3},{Place(top):D3})({Place(right):D3},{Place(bottom):D3})</box>");
    }

    /// <summary>A phrase that a box belongs to.</summary>
    public static string Refer(string phrase) => $"<ref>{phrase}</ref>";

    /// <summary>A caption with boxes after the phrases they belong to.</summary>
    /// <param name="caption">The caption.</param>
    /// <param name="phrases">
    /// For each box [first character (code points, as Python counts), character after the last, left, top, right, bottom, confidence], in fractions of the sides. Of
    /// phrases that overlap the first one counts; equal ones share their boxes.
    /// </param>
    /// <param name="confidence">Boxes of less are left out.</param>
    /// <exception cref="RowException">A phrase is no part of the caption, a box is wrong, or no box is left.</exception>
    public static string Insert(string caption, IEnumerable<IReadOnlyList<double>> phrases, double confidence)
    {
        var text = new StringBuilder();
        var (at, phraseStart) = (0, -1);
        var places = CharacterPlaces(caption);
        var checkedPhrases = phrases.Select(phrase => IsPartOf(places.Length - 1, phrase) ? phrase : throw new RowException("a phrase is no part of the caption", List(phrase)));
        var confident = checkedPhrases.Where(phrase => phrase.Count < 7 || phrase[6] >= confidence);
        foreach (var phrase in confident.OrderBy(phrase => phrase[0]).ThenByDescending(phrase => phrase[1]))
        {
            var (start, end) = (places[(int)phrase[0]], places[(int)phrase[1]]);
            var isSame = start == phraseStart && end == at;
            if (start < at && !isSame)
            {
                continue;
            }

            if (!isSame)
            {
                text.Append(caption, at, start - at).Append(Refer(caption[start..end]));
                (at, phraseStart) = (end, start);
            }

            text.Append(Write(phrase[2], phrase[3], phrase[4], phrase[5]));
        }

        return phraseStart >= 0 ? text.Append(caption, at, caption.Length - at).ToString()
            : throw new RowException("no box is confident enough") { IsByRule = true };
    }

    /// <summary>A caption whose boxes, written as here but in pixels, become thousandths of the image's sides.</summary>
    /// <exception cref="RowException">It has no box, or one is wrong.</exception>
    public static string Rescale(string caption, double width, double height)
    {
        var count = 0;
        var text = Written().Replace(caption, match =>
        {
            count++;
            var corners = Enumerable.Range(1, 4).Select(i => double.Parse(match.Groups[i].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture)).ToArray();
            return Write(corners[0] / width, corners[1] / height, corners[2] / width, corners[3] / height);
        });
        return count == 0 ? throw new RowException("the caption has no box")
            : count == caption.Split("<box>").Length - 1 ? text : throw new RowException("a box of the caption is not (x1,y1)(x2,y2)");
    }

    [GeneratedRegex(@"<box>\((-?[0-9]+(?:\.[0-9]*)?), *(-?[0-9]+(?:\.[0-9]*)?)\)\((-?[0-9]+(?:\.[0-9]*)?), *(-?[0-9]+(?:\.[0-9]*)?)\)</box>")]
    private static partial Regex Written();

    // Where each character, in Python's sense of a whole code point, begins, and where the last one ends.
    private static int[] CharacterPlaces(string caption)
    {
        var places = new List<int>(caption.Length + 1) { 0 };
        foreach (var character in caption.EnumerateRunes())
        {
            places.Add(places[^1] + character.Utf16SequenceLength);
        }

        return [.. places];
    }

    private static bool IsPartOf(int characters, IReadOnlyList<double> phrase) =>
        phrase.Count is 6 or 7 && double.IsInteger(phrase[0]) && double.IsInteger(phrase[1])
        && phrase[0] >= 0 && phrase[1] > phrase[0] && phrase[1] <= characters;

    private static string List(IEnumerable<double> numbers) =>
        string.Join(", ", numbers.Select(number => number.ToString("0.###", CultureInfo.InvariantCulture)));

    private static int Place(double fraction) => (int)(Math.Clamp(fraction, 0, 1) * Scale);
}
