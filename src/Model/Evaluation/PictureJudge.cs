using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Evaluation;

/// <summary>Judges pictures by what <see cref="SceneReader"/> reads off their pixels.</summary>
internal static class PictureJudge
{
    /// <summary>Whether a picture shows all that its text names, and no other object.</summary>
    public static bool ShowsWhatIsNamed(RgbImage picture, PictureTruth truth)
    {
        var reading = SceneReader.Read(picture);
        return reading.IsWhole && reading.Objects.Count == truth.Named.Count &&
            (truth.NamedBackground is null || reading.Background == truth.NamedBackground) &&
            Assignment.Best([.. reading.Objects.Select(item => truth.Named.Select(named => named.Matches(item.Item) ? 1 : 0).ToArray())]) == truth.Named.Count;
    }

    /// <summary>Whether a picture shows a scene: the same objects in the same places on the same background.</summary>
    public static bool Shows(RgbImage picture, Scene scene, ObjectDescription? added = null)
    {
        var reading = SceneReader.Read(picture);
        return reading.IsWhole && reading.Objects.Count == scene.Objects.Count && reading.Background == scene.Background &&
            Assignment.Best([.. reading.Objects.Select(item => scene.Objects.Select((wanted, i) => Wanted(wanted, i).Matches(item.Item) ? 1 : 0).ToArray())])
            == scene.Objects.Count;

        // What comes new may be anything that its text does not name.
        ObjectDescription Wanted(SceneObject wanted, int index) =>
            added is not null && index == scene.Objects.Count - 1 ? added : ObjectDescription.Of(wanted);
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
