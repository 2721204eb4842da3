namespace MmiGrains.Contracts.Images;

/// <summary>What an image is.</summary>
/// <param name="Id">Its name.</param>
/// <param name="MediaType">Of the original bytes: image/png, image/jpeg or image/webp.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="ByteCount">Original bytes.</param>
/// <param name="Created">When it was first put.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageInfo")]
public sealed record ImageInfo(
    [property: Id(0)] ImageId Id, [property: Id(1)] string MediaType, [property: Id(2)] int Width, [property: Id(3)] int Height,
    [property: Id(4)] long ByteCount, [property: Id(5)] DateTimeOffset Created);
