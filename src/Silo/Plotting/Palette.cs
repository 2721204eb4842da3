namespace MmiGrains.Silo.Plotting;

/// <summary>Colours that people with any colour vision tell apart on white (M. Okabe and K. Ito, Color Universal Design, 2008).</summary>
internal static class Palette
{
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444"];

    /// <summary>How many there are.</summary>
    public static int Count => Colours.Length;

    public static string Of(int run) => Colours[run % Colours.Length];
}
