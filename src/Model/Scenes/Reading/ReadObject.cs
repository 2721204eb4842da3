namespace MmiGrains.Model.Scenes.Reading;

/// <summary>An object that a picture shows.</summary>
/// <param name="Item">Its attributes, with its shift and turn as near as they could be measured.</param>
/// <param name="Box">The bounds of its outline.</param>
/// <param name="Confidence">
/// The share of the picture's departure from the background, around the object and beyond noise, that an object with these attributes
/// explains: 0 to 1.
/// </param>
public sealed record ReadObject(SceneObject Item, ObjectBox Box, double Confidence);
