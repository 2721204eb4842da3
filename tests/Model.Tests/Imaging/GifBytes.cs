namespace MmiGrains.Model.Tests.Imaging;

/// <summary>GIF files of frames of one colour each.</summary>
internal static class GifBytes
{
    /// <summary>An animation, every frame one colour of a palette of four.</summary>
    public static byte[] Animation(int width, int height, byte[] palette, params byte[] frames)
    {
        var file = new MemoryStream();
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        file.Write([.. "GIF89a"u8, .. size, 0x91, 0, 0, .. palette]);
        foreach (var colour in frames)
        {
            file.Write([0x21, 0xF9, 4, 0, 10, 0, 0, 0]);
            file.Write([0x2C, 0, 0, 0, 0, .. size, 0, 2]);
            foreach (var block in Codes(width * height, colour).Chunk(255))
            {
                file.Write([(byte)block.Length, .. block]);
            }

            file.WriteByte(0);
        }

        file.WriteByte(0x3B);
        return file.ToArray();
    }

    // LZW without a dictionary: codes of three bits, "clear" (4) before the width would grow, and "end" (5).
    private static byte[] Codes(int pixels, byte colour)
    {
        var codes = Enumerable.Range(0, pixels).SelectMany(i => i % 2 == 0 ? new[] { 4, colour } : [colour]).Append(5);
        var bits = codes.SelectMany(code => new[] { code & 1, (code >> 1) & 1, (code >> 2) & 1 });
        return [.. bits.Chunk(8).Select(eight => (byte)eight.Select((bit, place) => bit << place).Sum())];
    }
}
