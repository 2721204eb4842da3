using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

public class OrientationTests
{
    private static readonly ImageProcessor Processor = new();

    // The stored picture's rows are abc, def; what a viewer shows for each value of the tag.
    [Theory]
    [InlineData(0, "abc/def")]
    [InlineData(1, "abc/def")]
    [InlineData(2, "cba/fed")]
    [InlineData(3, "fed/cba")]
    [InlineData(4, "def/abc")]
    [InlineData(5, "ad/be/cf")]
    [InlineData(6, "da/eb/fc")]
    [InlineData(7, "fc/eb/da")]
    [InlineData(8, "cf/be/ad")]
    [InlineData(9, "abc/def")]
    public void Every_value_turns_pixels_to_their_place(int orientation, string expected)
    {
        var stored = new RgbImage(3, 2, [.. "abcdef".SelectMany(letter => new[] { (byte)letter, (byte)(letter + 1), (byte)(letter + 2) })]);

        var upright = ExifOrientation.Apply(stored, orientation);

        var rows = Enumerable.Range(0, upright.Height).Select(y =>
            string.Concat(Enumerable.Range(0, upright.Width).Select(x => (char)upright.At(x, y).Red)));
        Assert.Equal(expected, string.Join('/', rows));
        Assert.All(Enumerable.Range(0, upright.Width), x => Assert.Equal(upright.At(x, 0).Red + 2, upright.At(x, 0).Blue));
    }

    // Which corner of the upright picture (left or right, then top or bottom) shows the stored picture's red first pixel.
    [Theory]
    [InlineData(1, "left top")]
    [InlineData(2, "right top")]
    [InlineData(3, "right bottom")]
    [InlineData(4, "left bottom")]
    [InlineData(5, "left top")]
    [InlineData(6, "right top")]
    [InlineData(7, "right bottom")]
    [InlineData(8, "left bottom")]
    public void A_photograph_is_turned_as_its_exif_says(byte orientation, string corner)
    {
        var file = JpegBytes.WithOrientation(ImageProcessor.EncodeJpeg(RedCorner(64, 48), 95), orientation);

        var upright = Processor.Decode(file, DecodePolicy.ForUsers);

        Assert.Equal(orientation < 5 ? (64, 48) : (48, 64), (upright.Width, upright.Height));
        var corners = new Dictionary<string, (int X, int Y)>
        {
            ["left top"] = (0, 0),
            ["right top"] = (upright.Width - 1, 0),
            ["left bottom"] = (0, upright.Height - 1),
            ["right bottom"] = (upright.Width - 1, upright.Height - 1),
        };
        Assert.Equal(corner, Assert.Single(corners, one => IsRed(upright.At(one.Value.X, one.Value.Y))).Key);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Raw_pixels_stay_as_they_are_stored(byte orientation)
    {
        var plain = ImageProcessor.EncodeJpeg(RedCorner(64, 48), 95);

        var raw = Processor.Decode(JpegBytes.WithOrientation(plain, orientation), DecodePolicy.Raw);

        Pictures.AssertEqual(Processor.Decode(plain, DecodePolicy.Raw), raw);
    }

    private static bool IsRed((byte Red, byte Green, byte Blue) pixel) => pixel.Red > 180 && pixel.Green < 90 && pixel.Blue < 90;

    private static RgbImage RedCorner(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            var isCorner = i % width < width / 2 && i / width < height / 2;
            pixels[3 * i] = isCorner ? (byte)230 : (byte)40;
            pixels[(3 * i) + 1] = pixels[(3 * i) + 2] = isCorner ? (byte)30 : (byte)190;
        }

        return new RgbImage(width, height, pixels);
    }
}
