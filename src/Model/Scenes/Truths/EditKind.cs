namespace MmiGrains.Model.Scenes.Truths;

/// <summary>How one scene differs from the scene before it.</summary>
public enum EditKind
{
    /// <summary>An object has another colour.</summary>
    Recolour,

    /// <summary>An object has another fill.</summary>
    Refill,

    /// <summary>An object has grown or shrunk.</summary>
    Resize,

    /// <summary>An object is in another cell.</summary>
    Move,

    /// <summary>An object is gone.</summary>
    Remove,

    /// <summary>An object has come, the last of the scene.</summary>
    Add,

    /// <summary>An object that had no mark has one.</summary>
    AddMark,

    /// <summary>An object has lost its mark.</summary>
    RemoveMark,

    /// <summary>The background is another.</summary>
    Background,
}
