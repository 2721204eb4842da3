namespace MmiGrains.Model.Imaging;

/// <summary>Rows of pictures with their captions beneath, enlarged so that single pixels can be seen: for looking at samples.</summary>
public static class ContactSheet
{
    private const int Gap = 12;
    private const int CaptionGap = 5;
    private const int MinTextWidth = 90;

    private static readonly (byte, byte, byte) Paper = (255, 255, 255);
    private static readonly (byte, byte, byte) Frame = (170, 170, 175);
    private static readonly (byte, byte, byte) Ink = (25, 25, 35);

    /// <summary>The sheet: every row as high as its highest cell, every cell as wide as its own picture.</summary>
    /// <param name="rows">What to show, from the top; at least one cell in all.</param>
    /// <param name="zoom">Pixels of the sheet along a pixel of a picture.</param>
    /// <exception cref="ArgumentException">There is no cell.</exception>
    public static RgbImage Draw(IReadOnlyList<IReadOnlyList<ContactSheetCell>> rows, int zoom = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(zoom);
        if (rows.All(row => row.Count == 0))
        {
            throw new ArgumentException("A contact sheet takes at least one cell.", nameof(rows));
        }

        var lines = rows.Select(row => row.Select(cell => PixelFont.Wrap(cell.Caption, Width(cell, zoom))).ToList()).ToList();
        var heights = rows.Select((row, i) => row.Select((cell, j) => Height(cell, lines[i][j].Count, zoom)).DefaultIfEmpty(0).Max()).ToList();
        var width = rows.Max(row => row.Sum(cell => Width(cell, zoom) + Gap)) + Gap;
        var canvas = new PixelCanvas(width, heights.Sum(height => height + Gap) + Gap, Paper);
        var top = Gap;
        for (var i = 0; i < rows.Count; i++)
        {
            var left = Gap;
            for (var j = 0; j < rows[i].Count; j++)
            {
                Draw(canvas, rows[i][j], lines[i][j], left, top, zoom);
                left += Width(rows[i][j], zoom) + Gap;
            }

            top += heights[i] + Gap;
        }

        return canvas.ToImage();
    }

    private static void Draw(PixelCanvas canvas, ContactSheetCell cell, IReadOnlyList<string> lines, int left, int top, int zoom)
    {
        if (cell.Image is { } image)
        {
            canvas.Fill(left - 1, top - 1, (image.Width * zoom) + 2, (image.Height * zoom) + 2, Frame);
            canvas.Draw(image, left, top, zoom);
            top += (image.Height * zoom) + CaptionGap;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            canvas.Write(lines[i], left, top + (i * PixelFont.LineHeight), Ink);
        }
    }

    private static int Width(ContactSheetCell cell, int zoom) => Math.Max((cell.Image?.Width ?? 0) * zoom, MinTextWidth);

    private static int Height(ContactSheetCell cell, int lines, int zoom) =>
        (cell.Image is { } image ? (image.Height * zoom) + CaptionGap : 0) + (lines * PixelFont.LineHeight);
}
