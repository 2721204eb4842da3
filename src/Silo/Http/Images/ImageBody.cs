using MmiGrains.Contracts.Images;

namespace MmiGrains.Silo.Http.Images;

/// <summary>What an image is.</summary>
internal sealed record ImageBody(string Id, string Url, string MediaType, int Width, int Height, long ByteCount, DateTimeOffset Created)
{
    public static ImageBody Of(ImageInfo info) => new(info.Id.Hash, ImageNames.Url(info.Id), info.MediaType, info.Width, info.Height, info.ByteCount, info.Created);
}
