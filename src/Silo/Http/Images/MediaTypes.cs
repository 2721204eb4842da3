namespace MmiGrains.Silo.Http.Images;

/// <summary>What a file's first bytes say that it is. What its sender says is not believed.</summary>
internal static class MediaTypes
{
    /// <summary>The media type of a file that a decoder has taken.</summary>
    public static string Of(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xD8, ..] => "image/jpeg",
        [0x89, (byte)'P', ..] => "image/png",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "image/webp",
        [(byte)'G', (byte)'I', (byte)'F', ..] => "image/gif",
        _ => "image/bmp",
    };
}
