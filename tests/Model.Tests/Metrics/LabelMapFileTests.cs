using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Files;
using MmiGrains.Model.Tests.Imaging;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class LabelMapFileTests : IDisposable
{
    private static readonly byte[] Labels = [0, 1, 149, 150, 255, 7];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_grey_picture_is_its_labels()
    {
        var map = LabelMapFile.Read(Write("a.png", PngBytes.Grey, Labels));
        Assert.Equal((3, 2), (map.Width, map.Height));
        Assert.Equal(Labels, map.Labels.ToArray());
    }

    // The palette says red for every place, and the second is transparent.
    [Fact]
    public void A_picture_with_a_palette_is_its_places_whatever_their_colours()
    {
        byte[] red = [.. Enumerable.Range(0, 256).SelectMany(_ => new byte[] { 255, 0, 0 })];
        Assert.Equal(Labels, LabelMapFile.Read(Write("a.png", PngBytes.Palette, Labels, ("PLTE", red), ("tRNS", [255, 0]))).Labels.ToArray());
    }

    [Fact]
    public void A_grey_level_is_not_bent_by_gamma() =>
        Assert.Equal(Labels, LabelMapFile.Read(Write("a.png", PngBytes.Grey, Labels, ("gAMA", [0, 0, 0x27, 0x10]))).Labels.ToArray());

    [Fact]
    public void Other_pictures_and_files_are_refused()
    {
        var colours = _folder.Write("rgb.png", PngBytes.Write(1, 1, 8, PngBytes.Rgb, [0, 1, 1, 1]));
        var deep = _folder.Write("deep.png", PngBytes.Write(1, 1, 16, PngBytes.Grey, [0, 1, 1]));
        foreach (var path in new[] { colours, deep, Golden.Path("README.md"), _folder.Write("empty.png", []) })
        {
            var error = Assert.Throws<DataException>(() => LabelMapFile.Read(path));
            Assert.Equal($"'{path}' is not a PNG of 8 bits per pixel, grey or with a palette, which label maps are.", error.Message);
        }

        Assert.Contains("does not exist", Assert.Throws<DataException>(() => LabelMapFile.Read(_folder.File("none.png"))).Message);
    }

    [Fact]
    public void A_map_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Write("whole.png", PngBytes.Palette, Labels, ("PLTE", [1, 2, 3])));
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("cut.png", whole[..length]);
            Assert.StartsWith($"'{path}'", Assert.Throws<DataException>(() => LabelMapFile.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folders_are_compared_name_by_name()
    {
        var (predicted, expected) = (Folder("predicted"), Folder("expected"));
        Write("predicted/a.png", PngBytes.Grey, [0, 0, 1, 1, 9, 9]);
        Write("expected/a.png", PngBytes.Grey, [1, 1, 2, 1, 0, 0]);
        Write("predicted/b.png", PngBytes.Grey, [1, 1, 1, 1, 1, 1]);
        Write("expected/b.png", PngBytes.Grey, [2, 2, 2, 2, 2, 2]);
        var matrix = LabelMapFolders.Compare(predicted, expected, classCount: 3, ignored: 0, offset: 1);
        Assert.Equal(2.0 / 3, matrix.IntersectionOverUnion(1)!.Value, 1e-12);
        Assert.Equal(7.0 / 8, matrix.IntersectionOverUnion(2)!.Value, 1e-12);

        Write("expected/c.png", PngBytes.Grey, [2, 2, 2, 2, 2, 2]);
        string Problem(string guesses, string right, int classes) =>
            Assert.Throws<DataException>(() => LabelMapFolders.Compare(guesses, right, classes)).Message;
        Assert.Contains("predicted/c.png' does not exist", Problem(predicted, expected, 3));
        Assert.Contains("a.png': The expected label at (2, 0) is 2", Problem(predicted, expected, 2));
        Assert.Contains("holds no map", Problem(predicted, Folder("none"), 3));
        Assert.Contains("does not exist", Problem(_folder.File("nowhere"), expected, 3));
    }

    private string Folder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    private string Write(string name, byte type, byte[] labels, params (string, byte[])[] extra) =>
        _folder.Write(name, PngBytes.Write(3, 2, 8, type, [0, .. labels[..3], 0, .. labels[3..]], extra));
}
