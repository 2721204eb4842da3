namespace MmiGrains.Model.Scenes.Texts;

/// <summary>The words for what objects and backgrounds are: one word each, whatever stands around them, so that a small vocabulary suffices.</summary>
internal static class Words
{
    public const string Yes = "yes";
    public const string No = "no";

    private static readonly string[] Shapes = ["circle", "square", "triangle", "star", "heart", "ring", "cross", "crescent"];
    private static readonly string[] Colours = ["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"];
    private static readonly string[] Sizes = ["small", "big"];
    private static readonly string[] Fills = ["plain", "striped", "dotted"];
    private static readonly string[] Marks = ["none", "dot", "bar"];
    private static readonly string[] Backgrounds = ["white", "grey", "cream", "mint", "sky", "lilac", "rose"];
    private static readonly string[] PlaceNames =
        ["top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right"];

    private static readonly string[] Numbers =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

    public static string Of(ObjectShape shape) => Shapes[(int)shape];

    public static string Of(ObjectColour colour) => Colours[(int)colour];

    public static string Of(ObjectSize size) => Sizes[(int)size];

    public static string Of(ObjectFill fill) => Fills[(int)fill];

    public static string Of(ObjectMark mark) => Marks[(int)mark];

    public static string Of(BackgroundColour colour) => Backgrounds[(int)colour];

    /// <summary>One word or two: "left", "top left".</summary>
    public static string Of(Place place) => PlaceNames[(int)place];

    public static string YesOrNo(bool answer) => answer ? Yes : No;

    /// <summary>From "zero" to "twelve".</summary>
    public static string Number(int count) => Numbers[count];

    /// <summary>From "first" (0) to "eighth".</summary>
    public static string Ordinal(int index) => Ordinals[index];

    /// <summary>The value of an enumeration that a word means; null where it means none.</summary>
    public static T? Parse<T>(string word) where T : struct, Enum
    {
        var names = typeof(T) == typeof(ObjectShape) ? Shapes
            : typeof(T) == typeof(ObjectColour) ? Colours
            : typeof(T) == typeof(ObjectSize) ? Sizes
            : typeof(T) == typeof(ObjectFill) ? Fills
            : typeof(T) == typeof(ObjectMark) ? Marks
            : typeof(T) == typeof(BackgroundColour) ? Backgrounds
            : typeof(T) == typeof(Place) ? PlaceNames
            : throw new ArgumentException($"There are no words for {typeof(T).Name}.");
        var index = Array.IndexOf(names, word);
        return index < 0 ? null : Enum.GetValues<T>()[index];
    }
}
