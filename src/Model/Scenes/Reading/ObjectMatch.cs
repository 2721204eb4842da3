namespace MmiGrains.Model.Scenes.Reading;

/// <summary>What was wanted of an object, and what was read in its stead.</summary>
/// <param name="Wanted">Its attributes; what is null is free.</param>
/// <param name="Read">The object taken for it; null when there is none.</param>
public sealed record ObjectMatch(ObjectDescription Wanted, ReadObject? Read)
{
    /// <summary>The attributes that are named and right.</summary>
    public ObjectAttributes Right => Read is null ? ObjectAttributes.None : RightIn(Wanted, Read.Item);

    /// <summary>Whether there is an object and every named attribute is right.</summary>
    public bool IsRight => Read is not null && Right == Wanted.Named;

    /// <summary>The attributes of an object that are named and right.</summary>
    internal static ObjectAttributes RightIn(ObjectDescription wanted, SceneObject item) =>
        (wanted.Shape == item.Shape ? ObjectAttributes.Shape : 0)
        | (wanted.Colour == item.Colour ? ObjectAttributes.Colour : 0)
        | (wanted.Size == item.Size ? ObjectAttributes.Size : 0)
        | (wanted.Fill == item.Fill ? ObjectAttributes.Fill : 0)
        | (wanted.Place == item.Place ? ObjectAttributes.Place : 0)
        | (wanted.Mark == item.Mark ? ObjectAttributes.Mark : 0);
}
