using System.Text;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Tests.Imaging;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Pictures as corpora store them.</summary>
public sealed class PictureTests
{
    private static string Images => Path.Combine(SampleCorpora.Folder, "images");

    [Fact]
    public void A_wide_picture_is_cropped_or_stretched()
    {
        var path = Path.Combine(Images, "halves.png"); // 32 x 16, red and blue
        var cropped = new FileImage(path, new ImageView()).Load(16);
        var stretched = new FileImage(path, new ImageView { Fit = ImageFit.Stretch }).Load(16);

        Assert.Equal(((255, 0, 0), (0, 0, 255)), (cropped.At(0, 8), cropped.At(15, 8)));
        Assert.Equal(cropped.At(2, 8), stretched.At(2, 8));
        Pictures.AssertEqual(new ImageProcessor().Stretch(new ImageProcessor().Decode(File.ReadAllBytes(path), DecodePolicy.Raw), 16), stretched);
        Pictures.AssertEqual(new ImageProcessor().CenterCrop(new ImageProcessor().Decode(File.ReadAllBytes(path), DecodePolicy.Raw), 16), cropped);
    }

    [Theory]
    [InlineData(0, 200, 0, 0)]
    [InlineData(1, 0, 200, 0)]
    [InlineData(5, 0, 0, 200)]
    public void A_strip_gives_the_frame_that_is_drawn(int draw, byte red, byte green, byte blue)
    {
        var image = new FileImage(Path.Combine(Images, "strip.png"), new ImageView { IsStrip = true, FrameDraw = draw }).Load(8);

        Assert.All(Enumerable.Range(0, 8), y => Assert.Equal((red, green, blue), image.At(y, y)));
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(2, 140)]
    [InlineData(4, 80)]
    public void An_array_gives_the_frame_that_is_drawn(int draw, byte red)
    {
        var image = new FileImage(Path.Combine(Images, "scene.npy"), new ImageView { FrameDraw = draw }).Load(6);

        Assert.All(Enumerable.Range(0, 6), y => Assert.Equal((red, (byte)10, (byte)(220 - red)), image.At(y, y)));
    }

    [Theory]
    [InlineData("objects.npy", "that is a pickle")]
    [InlineData("red.png", "is no strip of square frames")]
    [InlineData("halves.png", "is no strip of square frames")]
    [InlineData("missing.png", "Could not find file")]
    public void A_picture_that_cannot_be_used_is_one_sentence_with_its_name(string name, string expected)
    {
        var view = new ImageView { IsStrip = name != "objects.npy" };
        if (name == "red.png")
        {
            Assert.Equal((220, 30, 30), new FileImage(Path.Combine(Images, name), view).Load(8).At(0, 0)); // a strip of one
            return;
        }

        var error = Assert.Throws<ImageInputException>(() => new FileImage(Path.Combine(Images, name), view).Load(8));
        Assert.StartsWith($"'{Path.Combine(Images, name)}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 3), }", 48)]
    [InlineData("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3), }", 12)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }", 4)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 2, 2, 3), }", 0)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 4), }", 16)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (9, 2, 2, 3), }", 20)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 2, 3), }", 20)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999999, 2, 3), }", 20)]
    [InlineData("nonsense", 20)]
    public void An_array_that_holds_no_frames_is_refused(string header, int length)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[length]]);

        Assert.Throws<ImageInputException>(() => new FileImage(path, new ImageView { FrameDraw = 5 }).Load(2));
    }

    [Fact]
    public void A_class_map_with_colours_is_refused()
    {
        var error = Assert.Throws<ImageInputException>(() => new FileImage(Path.Combine(Images, "halves.png"), new ImageView { ColorsClasses = true }).Load(8));

        Assert.Contains("(255, 0, 0) at (0, 0)", error.Message, StringComparison.Ordinal);
    }
}
