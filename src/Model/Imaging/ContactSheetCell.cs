namespace MmiGrains.Model.Imaging;

/// <summary>One place of a <see cref="ContactSheet"/>.</summary>
/// <param name="Image">The picture; without one there is only text.</param>
/// <param name="Caption">What stands beneath it, of printable ASCII characters; others appear as boxes.</param>
public sealed record ContactSheetCell(RgbImage? Image, string Caption);
