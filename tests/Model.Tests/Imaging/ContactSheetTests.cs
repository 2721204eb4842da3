using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

public class ContactSheetTests
{
    private static readonly (byte, byte, byte) Paper = (255, 255, 255);

    [Fact]
    public void Pictures_stand_side_by_side_enlarged_without_smoothing()
    {
        var picture = Pictures.Noise(40, 30);
        var sheet = ContactSheet.Draw([[new ContactSheetCell(picture, ""), new ContactSheetCell(picture, "")]], zoom: 3);

        Assert.Equal(12 + (2 * (120 + 12)), sheet.Width);
        for (var y = 0; y < 90; y++)
        {
            for (var x = 0; x < 120; x++)
            {
                Assert.Equal(picture.At(x / 3, y / 3), sheet.At(12 + x, 12 + y));
                Assert.Equal(picture.At(x / 3, y / 3), sheet.At(12 + 132 + x, 12 + y));
            }
        }

        Assert.Equal(Paper, sheet.At(12 + 120 + 5, 40));
    }

    [Fact]
    public void A_long_caption_makes_its_row_higher_and_every_word_of_it_is_seen()
    {
        var picture = Pictures.Noise(64, 64);
        var brief = ContactSheet.Draw([[new ContactSheetCell(picture, "one")]]);
        var lengthy = ContactSheet.Draw([[new ContactSheetCell(picture, "one two three four five six seven eight nine ten eleven twelve")]]);

        Assert.Equal(brief.Width, lengthy.Width);
        Assert.InRange(lengthy.Height, brief.Height + 11, brief.Height + 44);
        Assert.InRange(Ink(lengthy), 6 * Ink(brief), 20 * Ink(brief));
    }

    [Fact]
    public void Lines_break_at_spaces_and_within_words_that_are_too_long()
    {
        Assert.Equal(["red star", "big ring"], PixelFont.Wrap("red star big ring", PixelFont.Measure("red star") + 4));
        Assert.Equal(["a", "b"], PixelFont.Wrap("a\nb", 100));
        var pieces = PixelFont.Wrap("incomprehensibility", 40);
        Assert.Equal("incomprehensibility", string.Concat(pieces));
        Assert.All(pieces, piece => Assert.InRange(PixelFont.Measure(piece), 1, 40));
        Assert.Equal(["i", "i"], PixelFont.Wrap("ii", 1));
    }

    [Fact]
    public void Every_printable_character_has_a_picture_of_its_own()
    {
        var glyphs = Enumerable.Range(' ', 95).Select(code => string.Join(',', PixelFont.Glyph((char)code).ToArray())).ToList();
        Assert.Equal(95, glyphs.Distinct().Count());
        Assert.All(Enumerable.Range('!', 94), code => Assert.InRange(PixelFont.Glyph((char)code).Length, 1, 5));
        Assert.Equal(PixelFont.Glyph('\u00e9').ToArray(), PixelFont.Glyph('\n').ToArray());
        Assert.Equal(4, PixelFont.Measure("\u00e9"));
    }

    [Fact]
    public void Capital_L_is_drawn_as_one_sees_it()
    {
        var canvas = new PixelCanvas(6, 8, (255, 255, 255));
        canvas.Write("L", 0, 0, (0, 0, 0));
        var image = canvas.ToImage();
        var rows = Enumerable.Range(0, 8).Select(y => string.Concat(Enumerable.Range(0, 6).Select(x => image.At(x, y).Red == 0 ? '#' : '.')));
        Assert.Equal(["#.....", "#.....", "#.....", "#.....", "#.....", "#.....", "#####.", "......"], rows);
    }

    [Fact]
    public void A_cell_may_have_no_picture_but_a_sheet_has_cells()
    {
        Assert.True(Ink(ContactSheet.Draw([[new ContactSheetCell(null, "text")], []])) > 10);
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw([[]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Draw([[new ContactSheetCell(null, "text")]], 0));
    }

    private static int Ink(RgbImage sheet) => Enumerable.Range(0, sheet.Width * sheet.Height).Count(i => sheet.At(i % sheet.Width, i / sheet.Width) == (25, 25, 35));
}
