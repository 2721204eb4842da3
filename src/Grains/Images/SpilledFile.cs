using System.Security.Cryptography;
using System.Text;
using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Images;

/// <summary>Features as a file: their run of bytes, and the SHA-256 of their key and that run.</summary>
internal static class SpilledFile
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Bytes of the file.</summary>
    public static long ByteCount(ImageFeatures features) => FeatureBytes.Count(features) + SHA256.HashSizeInBytes;

    /// <summary>Writes it beside its place and moves it there when it is whole. Not forced to disk: what a crash damages its hash betrays.</summary>
    public static void Write(string path, string key, ImageFeatures features)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            using (var hash = Begin(key))
            {
                var (total, chunk) = (FeatureBytes.Count(features), new byte[ChunkBytes]);
                for (long at = 0; at < total; at += ChunkBytes)
                {
                    var part = chunk.AsSpan(0, (int)long.Min(ChunkBytes, total - at));
                    FeatureBytes.Read(features, at, part);
                    hash.AppendData(part);
                    file.Write(part);
                }

                file.Write(hash.GetHashAndReset());
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The features, which are the caller's.</summary>
    /// <exception cref="FeatureFormatException">The file is damaged, or another key's.</exception>
    public static ImageFeatures Read(string path, string key)
    {
        var bytes = File.ReadAllBytes(path);
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < 0)
        {
            throw new FeatureFormatException($"there are {bytes.Length}");
        }

        using var hash = Begin(key);
        hash.AppendData(bytes, 0, length);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(bytes.AsSpan(length)) ? FeatureBytes.Parse(bytes.AsSpan(0, length))
            : throw new FeatureFormatException("their hash is another");
    }

    private static IncrementalHash Begin(string key)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        return hash;
    }
}
