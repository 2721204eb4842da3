using System.IO.Compression;

namespace MmiGrains.Documents.Epub;

/// <summary>The archive that a book is: its files in their order.</summary>
internal static class EpubArchive
{
    private const int MostEntries = 10_000;
    private const long MostContent = 256L << 20;

    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all files.</summary>
    /// <exception cref="DocumentException">It is no archive, or larger than is read.</exception>
    public static IReadOnlyList<EpubEntry> Read(string name, byte[] bytes)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            var (entries, length) = (new List<EpubEntry>(), 0L);
            foreach (var entry in zip.Entries)
            {
                if ((length += entry.Length) > MostContent || entries.Count == MostEntries)
                {
                    throw new DocumentException($"A book may have {MostEntries} files of {MostContent} bytes together; '{name}' has more.");
                }

                using var source = entry.Open();
                var content = new MemoryStream();
                Copy(name, source, content, entry.Length);
                entries.Add(new EpubEntry(entry.FullName, content.ToArray(), entry.CompressedLength == entry.Length, entry.LastWriteTime));
            }

            return entries;
        }
        catch (InvalidDataException problem)
        {
            throw new DocumentException($"'{name}' cannot be read as EPUB: {problem.Message}");
        }
    }

    /// <summary>Writes them.</summary>
    public static byte[] Write(IEnumerable<EpubEntry> entries)
    {
        var result = new MemoryStream();
        using (var zip = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                var written = zip.CreateEntry(entry.Name, entry.IsStored ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
                written.LastWriteTime = entry.Time;
                using var target = written.Open();
                target.Write(entry.Bytes);
            }
        }

        return result.ToArray();
    }

    /// <summary>A new file, which is the same whenever it is made.</summary>
    public static EpubEntry New(string name, byte[] bytes) => new(name, bytes, IsStored: true, NoTime);

    // An archive may say less than it holds.
    private static void Copy(string name, Stream source, MemoryStream target, long length)
    {
        var piece = new byte[64 << 10];
        int read;
        while ((read = source.Read(piece)) > 0)
        {
            if (target.Length + read > length)
            {
                throw new DocumentException($"'{name}' has a file that is longer than it says.");
            }

            target.Write(piece, 0, read);
        }
    }
}
