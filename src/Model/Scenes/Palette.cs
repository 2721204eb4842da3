namespace MmiGrains.Model.Scenes;

/// <summary>What every colour looks like. Whoever draws scenes and whoever reads them back share this table and nothing else.</summary>
public static class Palette
{
    /// <summary>Marks.</summary>
    public static readonly Rgb Mark = new(22, 20, 26);

    /// <summary>What lies between the silhouettes of a class map.</summary>
    public static readonly Rgb NoClass = new(0, 0, 0);

    // The other tone is darker where the colour is light and lighter where it is dark, and far from every background and from marks.
    private static readonly (Rgb Main, Rgb Other)[] Objects =
    [
        (new(222, 36, 36), new(255, 142, 128)),
        (new(246, 138, 20), new(176, 82, 0)),
        (new(250, 218, 32), new(184, 150, 0)),
        (new(30, 156, 62), new(128, 214, 138)),
        (new(34, 206, 214), new(0, 130, 150)),
        (new(38, 70, 222), new(128, 160, 250)),
        (new(130, 42, 178), new(190, 124, 230)),
        (new(244, 94, 178), new(178, 34, 112)),
    ];

    private static readonly Rgb[] Backgrounds =
    [
        new(252, 252, 252),
        new(190, 192, 198),
        new(252, 240, 184),
        new(190, 240, 206),
        new(182, 222, 252),
        new(214, 194, 248),
        new(252, 200, 210),
    ];

    private static readonly Rgb[] Classes =
    [
        new(220, 40, 50),
        new(60, 180, 75),
        new(255, 225, 25),
        new(30, 120, 255),
        new(250, 145, 60),
        new(165, 50, 220),
        new(70, 240, 240),
        new(240, 90, 230),
    ];

    /// <summary>The colour itself: what a plain object shows.</summary>
    public static Rgb Main(ObjectColour colour) => Objects[(int)colour].Main;

    /// <summary>Its other tone: stripes and dots.</summary>
    public static Rgb Other(ObjectColour colour) => Objects[(int)colour].Other;

    /// <summary>A background's colour.</summary>
    public static Rgb Of(BackgroundColour colour) => Backgrounds[(int)colour];

    /// <summary>The flat colour of a shape in a class map.</summary>
    public static Rgb Class(ObjectShape shape) => Classes[(int)shape];
}
