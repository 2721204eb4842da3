namespace MmiGrains.Model.Engines.Decoding;

/// <summary>An image of a prompt.</summary>
/// <param name="Key">What stands for the image and the encoder that read it, and for nothing else.</param>
/// <param name="Features">What the encoder made of it.</param>
public sealed record DecoderImage(string Key, ImageFeatures Features);
