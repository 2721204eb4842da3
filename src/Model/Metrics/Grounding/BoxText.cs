using System.Globalization;
using System.Text.RegularExpressions;

namespace MmiGrains.Model.Metrics.Grounding;

/// <summary>
/// Boxes as the model writes them, <c>&lt;box&gt;(x1,y1)(x2,y2)&lt;/box&gt;</c> with coordinates from 0 to 999. Reading is tolerant:
/// the tags may lack, spaces, a comma between the corners and fractions may be there, text may stand around.
/// </summary>
public static partial class BoxText
{
    /// <summary>The first box in a text.</summary>
    /// <returns>Whether there is one; corners the wrong way round are one too, of no area.</returns>
    public static bool TryParse(string text, out Box box)
    {
        var match = Corners().Match(text);
        double Number(int group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        box = match.Success ? new Box(Number(1), Number(2), Number(3), Number(4)) : default;
        return match.Success;
    }

    // At most nine digits, so that a number always has a finite value.
    [GeneratedRegex("""
        \( \s* (-?[0-9]{1,9}(?:\.[0-9]{1,9})?) \s* , \s* (-?[0-9]{1,9}(?:\.[0-9]{1,9})?) \s* \) \s*,?\s*
        \( \s* (-?[0-9]{1,9}(?:\.[0-9]{1,9})?) \s* , \s* (-?[0-9]{1,9}(?:\.[0-9]{1,9})?) \s* \)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Corners();
}
