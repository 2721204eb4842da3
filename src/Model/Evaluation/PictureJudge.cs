using System.Numerics;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Evaluation;

/// <summary>Judges pictures by what <see cref="SceneReader"/> reads off their pixels.</summary>
internal static class PictureJudge
{
    /// <summary>What a story's text does not say of its character.</summary>
    public const ObjectAttributes Details = ObjectAttributes.Colour | ObjectAttributes.Fill | ObjectAttributes.Mark;

    /// <summary>Whether a picture shows all that its text names, and no other object.</summary>
    public static bool ShowsWhatIsNamed(RgbImage picture, PictureTruth truth) =>
        Match(picture, truth).IsRight;

    /// <summary>The same, attribute by attribute.</summary>
    public static SceneMatch Match(RgbImage picture, PictureTruth truth) => SceneMatch.Of(truth.Named, truth.NamedBackground, SceneReader.Read(picture));

    /// <summary>Whether a picture shows a scene: the same objects in the same places on the same background.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="added">Where its last object comes new: what its text names of it; the rest is free.</param>
    public static bool Shows(RgbImage picture, Scene scene, ObjectDescription? added = null) => Match(picture, scene, added).IsRight;

    /// <summary>The same, attribute by attribute.</summary>
    public static SceneMatch Match(RgbImage picture, Scene scene, ObjectDescription? added = null)
    {
        var wanted = scene.Objects.Select(item => ObjectDescription.Of(item)).ToArray();
        wanted[^1] = added ?? wanted[^1];
        return SceneMatch.Of(wanted, scene.Background, SceneReader.Read(picture));
    }

    /// <summary>Which of a character's three unnamed details (colour, fill, mark) a picture keeps: of the object that is most like it.</summary>
    public static ObjectAttributes KeptDetails(RgbImage picture, SceneObject character)
    {
        var nearest = SceneReader.Read(picture).Objects.MaxBy(item =>
            (item.Item.Shape == character.Shape ? 4 : 0) + (item.Item.Place == character.Place ? 2 : 0) + BitOperations.PopCount((uint)Kept(item.Item, character)));
        return nearest is null || nearest.Item.Shape != character.Shape ? ObjectAttributes.None : Kept(nearest.Item, character);
    }

    private static ObjectAttributes Kept(SceneObject item, SceneObject character) => ObjectMatch.RightIn(ObjectDescription.Of(character, Details), item);
}
