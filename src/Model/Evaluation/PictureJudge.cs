using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Evaluation;

/// <summary>Judges pictures by what <see cref="SceneReader"/> reads off their pixels.</summary>
internal static class PictureJudge
{
    /// <summary>Whether a picture shows all that its text names, and no other object.</summary>
    public static bool ShowsWhatIsNamed(RgbImage picture, PictureTruth truth) =>
        SceneMatch.Of(truth.Named, truth.NamedBackground, SceneReader.Read(picture)).IsRight;

    /// <summary>Whether a picture shows a scene: the same objects in the same places on the same background.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="added">Where its last object comes new: what its text names of it; the rest is free.</param>
    public static bool Shows(RgbImage picture, Scene scene, ObjectDescription? added = null)
    {
        var wanted = scene.Objects.Select(item => ObjectDescription.Of(item)).ToArray();
        wanted[^1] = added ?? wanted[^1];
        return SceneMatch.Of(wanted, scene.Background, SceneReader.Read(picture)).IsRight;
    }

    /// <summary>How many of a character's three unnamed details (colour, fill, mark) a picture keeps: of the object that is most like it.</summary>
    public static int KeptDetails(RgbImage picture, SceneObject character)
    {
        var nearest = SceneReader.Read(picture).Objects.MaxBy(item =>
            (item.Item.Shape == character.Shape ? 4 : 0) + (item.Item.Place == character.Place ? 2 : 0) + Kept(item.Item, character));
        return nearest is null || nearest.Item.Shape != character.Shape ? 0 : Kept(nearest.Item, character);
    }

    private static int Kept(SceneObject item, SceneObject character) =>
        (item.Colour == character.Colour ? 1 : 0) + (item.Fill == character.Fill ? 1 : 0) + (item.Mark == character.Mark ? 1 : 0);
}
