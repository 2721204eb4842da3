using System.Buffers.Binary;

namespace MmiGrains.Model.Tests.Imaging;

/// <summary>JPEG files that no encoder at hand would write.</summary>
internal static class JpegBytes
{
    private const string LinearDisplayP3 =
        "AAAB9AAAAAAEMAAAbW50clJHQiBYWVogB+AAAQABAAAAAAAAYWNzcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAPbWAAEAAAAA0y0AAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJZGVzYwAAAPAAAABoclhZWgAAAVgAAAAUZ1hZWgAAAWwAAAAUYlhZWgAAAYAAAAAU"
        + "d3RwdAAAAZQAAAAUclRSQwAAAagAAAAQZ1RSQwAAAagAAAAQYlRSQwAAAagAAAAQY3BydAAAAbgAAAA8bWx1YwAAAAAAAAABAAAADGVuVVMAAABKAAAAHABE"
        + "AGkAcwBwAGwAYQB5ACAAUAAzACAARwBhAG0AdQB0ACAAdwBpAHQAaAAgAEwAaQBuAGUAYQByACAAVAByAGEAbgBzAGYAZQByAABYWVogAAAAAAAAg94AAD2+"
        + "////u1hZWiAAAAAAAABKvgAAsTYAAAq5WFlaIAAAAAAAACg7AAARDAAAyM1YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAAAAAABAABtbHVjAAAAAAAA"
        + "AAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADY=";

    /// <summary>The file with an EXIF segment that holds nothing but the orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8,
            .. "II"u8, 42, 0, 8, 0, 0, 0,
            1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
            0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>The file with a colour profile: Display P3's primaries and no gamma, so that applying it would change every grey.</summary>
    public static byte[] WithLinearProfile(byte[] jpeg)
    {
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, .. Convert.FromBase64String(LinearDisplayP3)];
        return [.. jpeg[..2], 0xFF, 0xE2, (byte)((profile.Length + 2) >> 8), (byte)(profile.Length + 2), .. profile, .. jpeg[2..]];
    }

    /// <summary>8 x 8 pixels of one colour with one, three or four components, as stored; Adobe's marker says "no transform".</summary>
    public static byte[] Flat(params byte[] components)
    {
        var file = Start([.. "Adobe\0"u8, 100, 0, 0, 0, 0, 0], frame: 0xC0, width: 8, height: 8, components.Length);
        Table(file, id: 0x00, length: 4, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        Table(file, id: 0x10, length: 1, [0]);
        Scan(file, components.Length, first: 0, last: 63);
        var bits = new BitWriter(file);
        foreach (var value in components)
        {
            var difference = value - 128;
            var size = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
            bits.Write(size, 4);
            bits.Write(difference > 0 ? difference : difference + (1 << size) - 1, size);
            bits.Write(0, 1);
        }

        bits.Flush();
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>A grey progressive picture that comes again and again to the same coefficients, in some 100 bytes a time.</summary>
    public static byte[] WithScans(int width, int height, int scans)
    {
        const int run = 1 << 14;
        var blocks = ((width + 7) / 8) * ((height + 7) / 8);
        var file = Start([.. "Adobe\0"u8, 100, 0, 0, 0, 0, 0], frame: 0xC2, width, height, components: 1);
        Table(file, id: 0x00, length: 1, [0]);
        Table(file, id: 0x10, length: 1, [0xE0]);
        Scan(file, components: 1, first: 0, last: 0);
        file.Write(new byte[(blocks / 8) + 1]);
        for (var scan = 0; scan < scans; scan++)
        {
            Scan(file, components: 1, first: 1, last: 63);
            file.Write(new byte[(((blocks / run) + 1) * 15 / 8) + 1]);
        }

        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    private static MemoryStream Start(byte[] application, byte frame, int width, int height, int components)
    {
        var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        Segment(file, 0xEE, application);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]);
        var sizes = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(sizes, (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(sizes.AsSpan(2), (ushort)width);
        var parts = Enumerable.Range(1, components).SelectMany(id => new byte[] { (byte)id, 0x11, 0 });
        Segment(file, frame, [8, .. sizes, (byte)components, .. parts]);
        return file;
    }

    private static void Table(MemoryStream file, byte id, int length, byte[] symbols)
    {
        var counts = new byte[16];
        counts[length - 1] = (byte)symbols.Length;
        Segment(file, 0xC4, [id, .. counts, .. symbols]);
    }

    private static void Scan(MemoryStream file, int components, byte first, byte last)
    {
        var parts = Enumerable.Range(1, components).SelectMany(id => new byte[] { (byte)id, 0 });
        Segment(file, 0xDA, [(byte)components, .. parts, first, last, 0]);
    }

    private static void Segment(MemoryStream file, byte marker, byte[] content)
    {
        var length = content.Length + 2;
        file.Write([0xFF, marker, (byte)(length >> 8), (byte)length, .. content]);
    }

    private sealed class BitWriter(MemoryStream file)
    {
        private int _held;
        private int _count;

        public void Write(int value, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--)
            {
                _held = (_held << 1) | ((value >> bit) & 1);
                if (++_count == 8)
                {
                    file.WriteByte((byte)_held);
                    if (_held == 0xFF)
                    {
                        file.WriteByte(0);
                    }

                    (_held, _count) = (0, 0);
                }
            }
        }

        public void Flush()
        {
            while (_count != 0)
            {
                Write(1, 1);
            }
        }
    }
}
