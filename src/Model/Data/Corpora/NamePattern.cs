using System.Text.RegularExpressions;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// A file's name made of a row's fields: "COCO_train2014_{image_id:12}.jpg", where a number after a colon says to how many digits zeros
/// fill the field up.
/// </summary>
internal static partial class NamePattern
{
    /// <summary>The name for a row.</summary>
    /// <exception cref="RowException">The row lacks a field.</exception>
    public static string Fill(string pattern, RowFields row) =>
        Field().Replace(pattern, match => row.Identifier(match.Groups[1].Value).PadLeft(match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, null) : 0, '0'));

    [GeneratedRegex(@"\{(\w+)(?::([0-9]{1,2}))?\}")]
    private static partial Regex Field();
}
