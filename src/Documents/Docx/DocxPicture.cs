using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using A = DocumentFormat.OpenXml.Drawing;
using Pic = DocumentFormat.OpenXml.Drawing.Pictures;
using TextRun = DocumentFormat.OpenXml.Wordprocessing.Text;
using Wp = DocumentFormat.OpenXml.Drawing.Wordprocessing;

namespace MmiGrains.Documents.Docx;

/// <summary>A picture as paragraphs of a DOCX file.</summary>
internal static class DocxPicture
{
    private const long EmuPerPixel = 9525, LeastWidth = 2 * 914400, MostWidth = 6 * 914400;

    /// <summary>Adds the picture to the file, and makes the paragraphs that show it.</summary>
    /// <param name="main">The document.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="number">A number that no other drawing has.</param>
    public static IEnumerable<Paragraph> Add(MainDocumentPart main, PlacedPicture picture, uint number)
    {
        var part = main.AddImagePart(ImagePartType.Png, $"illustration-{picture.Id}");
        part.FeedData(new MemoryStream(picture.Image));
        yield return new Paragraph(
            new ParagraphProperties(new KeepNext(), new Justification { Val = JustificationValues.Center }),
            new Run(new Drawing(Inline(picture, main.GetIdOfPart(part), number))));
        if (picture.Caption.Length > 0)
        {
            var hasStyle = main.StyleDefinitionsPart?.Styles?.Elements<Style>().Any(style => style.StyleId?.Value == "Caption") == true;
            var properties = new ParagraphProperties(new Justification { Val = JustificationValues.Center });
            properties.ParagraphStyleId = hasStyle ? new ParagraphStyleId { Val = "Caption" } : null;
            yield return new Paragraph(
                properties, new Run(new RunProperties(new Italic()), new TextRun(Printable(picture.Caption)) { Space = SpaceProcessingModeValues.Preserve }));
        }
    }

    private static Wp.Inline Inline(PlacedPicture picture, string relation, uint number)
    {
        var width = Math.Clamp(picture.Width * EmuPerPixel, LeastWidth, MostWidth);
        var height = width * picture.Height / Math.Max(picture.Width, 1);
        var graphic = new A.Graphic(new A.GraphicData(new Pic.Picture(
            new Pic.NonVisualPictureProperties(new Pic.NonVisualDrawingProperties { Id = number, Name = picture.Id }, new Pic.NonVisualPictureDrawingProperties()),
            new Pic.BlipFill(new A.Blip { Embed = relation }, new A.Stretch(new A.FillRectangle())),
            new Pic.ShapeProperties(
                new A.Transform2D(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = width, Cy = height }),
                new A.PresetGeometry(new A.AdjustValueList()) { Preset = A.ShapeTypeValues.Rectangle })))
        {
            Uri = "http://schemas.openxmlformats.org/drawingml/2006/picture",
        });
        return new Wp.Inline(
            new Wp.Extent { Cx = width, Cy = height },
            new Wp.DocProperties { Id = number, Name = picture.Id, Description = Printable(picture.Alt) },
            new Wp.NonVisualGraphicFrameDrawingProperties(new A.GraphicFrameLocks { NoChangeAspect = true }),
            graphic)
        {
            DistanceFromTop = 0,
            DistanceFromBottom = 0,
            DistanceFromLeft = 0,
            DistanceFromRight = 0,
        };
    }

    // What XML cannot hold is left out.
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value >= ' ' && rune.Value is not (0xFFFE or 0xFFFF or 0xFFFD)));
}
