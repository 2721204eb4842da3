using System.Numerics;
using System.Text.Json.Serialization;

namespace MmiGrains.Model.Scenes;

/// <summary>What is said of an object; what is null is not said, and free.</summary>
public sealed record ObjectDescription
{
    public ObjectShape? Shape { get; init; }

    public ObjectColour? Colour { get; init; }

    public ObjectSize? Size { get; init; }

    public ObjectFill? Fill { get; init; }

    public Place? Place { get; init; }

    /// <summary>The mark; <see cref="ObjectMark.None"/> says that there is none.</summary>
    public ObjectMark? Mark { get; init; }

    /// <summary>What is said, as flags.</summary>
    [JsonIgnore]
    public ObjectAttributes Named =>
        (Shape is null ? 0 : ObjectAttributes.Shape)
        | (Colour is null ? 0 : ObjectAttributes.Colour)
        | (Size is null ? 0 : ObjectAttributes.Size)
        | (Fill is null ? 0 : ObjectAttributes.Fill)
        | (Place is null ? 0 : ObjectAttributes.Place)
        | (Mark is null ? 0 : ObjectAttributes.Mark);

    /// <summary>These attributes of an object.</summary>
    public static ObjectDescription Of(SceneObject item, ObjectAttributes named = ObjectAttributes.All) => new()
    {
        Shape = named.HasFlag(ObjectAttributes.Shape) ? item.Shape : null,
        Colour = named.HasFlag(ObjectAttributes.Colour) ? item.Colour : null,
        Size = named.HasFlag(ObjectAttributes.Size) ? item.Size : null,
        Fill = named.HasFlag(ObjectAttributes.Fill) ? item.Fill : null,
        Place = named.HasFlag(ObjectAttributes.Place) ? item.Place : null,
        Mark = named.HasFlag(ObjectAttributes.Mark) ? item.Mark : null,
    };

    /// <summary>Whether an object is all that is said.</summary>
    public bool Matches(SceneObject item) => Of(item, Named) == this;

    /// <summary>An object as it was, but for what is said.</summary>
    public SceneObject Apply(SceneObject item)
    {
        var changed = item with
        {
            Shape = Shape ?? item.Shape,
            Colour = Colour ?? item.Colour,
            Fill = Fill ?? item.Fill,
            Place = Place ?? item.Place,
            Mark = Mark ?? item.Mark,
        };
        return Size is { } size ? changed.Resized(size) : changed;
    }

    /// <summary>
    /// Something that is true of one object of the scene and of no other; one half of the time as short as can be. Rather with the
    /// shape than without, and rather without the place than with it. Null when the allowed attributes do not tell it from others.
    /// </summary>
    internal static ObjectDescription? Unambiguous(SceneRandom random, Scene scene, int index, ObjectAttributes allowed)
    {
        var item = scene.Objects[index];
        ObjectAttributes[] shared = [.. scene.Objects.Where((_, i) => i != index).Select(other => Shared(item, other))];
        var fitting = new List<ObjectAttributes>();
        for (var named = allowed; named != 0; named = (named - 1) & allowed)
        {
            if (Array.TrueForAll(shared, alike => (named & ~alike) != 0))
            {
                fitting.Add(named);
            }
        }

        Prefer(random.Chance(85), named => named.HasFlag(ObjectAttributes.Shape));
        Prefer(random.Chance(85), named => !named.HasFlag(ObjectAttributes.Place));
        Prefer(random.Chance(85), named => !named.HasFlag(ObjectAttributes.Mark) || item.Mark != ObjectMark.None);
        if (random.Chance(50))
        {
            var least = fitting.Select(Count).DefaultIfEmpty(0).Min();
            Prefer(true, named => Count(named) == least);
        }

        return fitting.Count == 0 ? null : Of(item, random.PickFrom(fitting));

        void Prefer(bool wanted, Func<ObjectAttributes, bool> isRight)
        {
            if (wanted && fitting.Any(isRight))
            {
                fitting.RemoveAll(named => !isRight(named));
            }
        }
    }

    // What two objects have in common.
    private static ObjectAttributes Shared(SceneObject one, SceneObject other) =>
        (one.Shape == other.Shape ? ObjectAttributes.Shape : 0)
        | (one.Colour == other.Colour ? ObjectAttributes.Colour : 0)
        | (one.Size == other.Size ? ObjectAttributes.Size : 0)
        | (one.Fill == other.Fill ? ObjectAttributes.Fill : 0)
        | (one.Place == other.Place ? ObjectAttributes.Place : 0)
        | (one.Mark == other.Mark ? ObjectAttributes.Mark : 0);

    private static int Count(ObjectAttributes named) => BitOperations.PopCount((uint)named);
}
