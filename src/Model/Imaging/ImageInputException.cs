namespace MmiGrains.Model.Imaging;

/// <summary>Bytes that someone gave as an image cannot be used as one; the message says why in a sentence fit to show them.</summary>
public sealed class ImageInputException(string message) : Exception(message);
