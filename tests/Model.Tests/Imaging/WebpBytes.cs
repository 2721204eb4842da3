using System.Buffers.Binary;

namespace MmiGrains.Model.Tests.Imaging;

/// <summary>WebP files of 24 x 16 pixels.</summary>
internal static class WebpBytes
{
    /// <summary>A gradient whose right half is half transparent, lossy with an alpha plane.</summary>
    public static byte[] Lossy => Convert.FromBase64String(
        "UklGRqIAAABXRUJQVlA4WAoAAAAQAAAAFwAADwAAQUxQSBUAAAABD/DA/4iIICQg/F/rgW5BRP8DmwEAVlA4IGYAAADwAwCdASoYABAAPm0uk0WkIqGYBABABsS2AE6Z"
        + "QjgAFOUFvaZdtN8AAP78yV4yzDRqpN7pbPx6hv3JkkjpQiRZfT9iGFF/l//h4y590Ab9fIP4fCjTfBmDc/z69v/aWeptbfxIAAA=");

    /// <summary>The same gradient, red 10 x and green 15 y at (x, y) with blue 99, lossless; alpha is 128 from x = 12 on.</summary>
    public static byte[] Lossless => Convert.FromBase64String(
        "UklGRmQAAABXRUJQVlA4TFcAAAAvF8ADEM10IaL/ATZtJEkyg+UP97+KLhYLJt3zF81ALJjMNf8jgwlU27YNs6fQPkMBAAAAAAB8GsbrhqmotsWI5uNeynLulYz3g+/s"
        + "/dCT8NHbj3X4MQQA");

    /// <summary>All red, (200, 30, 40).</summary>
    public static byte[] Red => Convert.FromBase64String("UklGRh4AAABXRUJQVlA4TBEAAAAvF8ADAAdQjyIXpf+BiOh/AAA=");

    /// <summary>All blue, (20, 130, 240).</summary>
    public static byte[] Blue => Convert.FromBase64String("UklGRh4AAABXRUJQVlA4TBEAAAAvF8ADAAdQwVIUvv+BiOh/AAA=");

    /// <summary>An animation of simple files.</summary>
    public static byte[] Animation(params byte[][] frames)
    {
        byte[] sides = [23, 0, 0, 15, 0, 0];
        byte[] chunks = [.. Chunk("VP8X"u8, [2, 0, 0, 0, .. sides]), .. Chunk("ANIM"u8, new byte[6])];
        foreach (var frame in frames)
        {
            chunks = [.. chunks, .. Chunk("ANMF"u8, [0, 0, 0, 0, 0, 0, .. sides, 100, 0, 0, 0, .. frame[12..]])];
        }

        return Chunk("RIFF"u8, [.. "WEBP"u8, .. chunks]);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        return [.. name, .. length, .. content, .. new byte[content.Length % 2]];
    }
}
