using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Scenes;

public class PaletteTests
{
    [Fact]
    public void Every_tone_of_an_object_is_far_from_all_others_from_marks_and_from_backgrounds()
    {
        var tones = Enum.GetValues<ObjectColour>().SelectMany(colour => new[] { Palette.Main(colour), Palette.Other(colour) }).Append(Palette.Mark).ToList();
        var backgrounds = Enum.GetValues<BackgroundColour>().Select(Palette.Of).ToList();
        for (var i = 0; i < tones.Count; i++)
        {
            Assert.All(tones.Skip(i + 1).Concat(backgrounds), other => Assert.InRange(Distance(tones[i], other), 60, 442));
        }
    }

    [Fact]
    public void Main_colours_are_further_apart_still()
    {
        var colours = Enum.GetValues<ObjectColour>().Select(Palette.Main).ToList();
        Assert.All(colours, colour => Assert.All(colours.Where(other => other != colour), other => Assert.InRange(Distance(colour, other), 80, 442)));
    }

    [Fact]
    public void Backgrounds_and_classes_can_be_told_apart()
    {
        RequireApart([.. Enum.GetValues<BackgroundColour>().Select(Palette.Of)], 40);
        RequireApart([.. Enum.GetValues<ObjectShape>().Select(Palette.Class), Palette.NoClass], 80);
    }

    private static void RequireApart(IReadOnlyList<Rgb> colours, double least) =>
        Assert.All(colours, colour => Assert.All(colours.Where(other => other != colour), other => Assert.InRange(Distance(colour, other), least, 442)));

    private static double Distance(Rgb a, Rgb b) =>
        Math.Sqrt(Square(a.Red - b.Red) + Square(a.Green - b.Green) + Square(a.Blue - b.Blue));

    private static double Square(double x) => x * x;
}
