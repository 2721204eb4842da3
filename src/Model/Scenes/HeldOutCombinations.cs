namespace MmiGrains.Model.Scenes;

/// <summary>
/// The 24 of 192 combinations of shape, colour and fill that only <see cref="SceneSplit.Compositional"/> has. They are three
/// permutations, one for each fill: every shape and every colour is without three combinations, every fill without eight, and every
/// pair of shape and colour still occurs in at least two fills.
/// </summary>
public static class HeldOutCombinations
{
    /// <summary>Whether a combination is held out.</summary>
    public static bool Contains(ObjectShape shape, ObjectColour colour, ObjectFill fill) =>
        (int)colour == ((int)shape + (3 * (int)fill) + 1) % 8;

    /// <summary>Whether an object's combination is held out.</summary>
    public static bool Contains(SceneObject item) => Contains(item.Shape, item.Colour, item.Fill);

    /// <summary>Whether a new object of a split may have this combination: held out in the compositional split, and only there.</summary>
    public static bool Allow(SceneSplit split, SceneObject item) => Contains(item) == (split == SceneSplit.Compositional);
}
