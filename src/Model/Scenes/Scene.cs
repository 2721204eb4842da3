namespace MmiGrains.Model.Scenes;

/// <summary>One picture of the world, as a record: what <see cref="Rendering.SceneRenderer"/> draws and texts speak of.</summary>
/// <param name="Background">What the objects lie on.</param>
/// <param name="Objects">One to four objects in different places; their order means nothing.</param>
public sealed record Scene(Background Background, IReadOnlyList<SceneObject> Objects)
{
    /// <summary>How many objects a scene may have.</summary>
    public const int MaxObjects = 4;

    /// <summary>Whether both draw the same picture, their objects in the same order.</summary>
    public bool Equals(Scene? other) =>
        other is not null && Background == other.Background && Objects.SequenceEqual(other.Objects);

    public override int GetHashCode() =>
        Objects.Aggregate(Background.GetHashCode(), (hash, item) => HashCode.Combine(hash, item));

    /// <summary>The same scene with another object in the place of one.</summary>
    public Scene WithObject(int index, SceneObject replacement) =>
        this with { Objects = [.. Objects.Take(index), replacement, .. Objects.Skip(index + 1)] };

    /// <summary>The object in a cell; null where there is none.</summary>
    public SceneObject? At(Place place) => Objects.FirstOrDefault(item => item.Place == place);
}
