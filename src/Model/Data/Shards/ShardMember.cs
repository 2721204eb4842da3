using Microsoft.Win32.SafeHandles;

namespace MmiGrains.Model.Data.Shards;

/// <summary>One file within a tar archive, where it lies.</summary>
/// <param name="Shard">The archive's path.</param>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Extension">What follows the first dot of its name, in lower case: "jpg", "0.png".</param>
/// <param name="Offset">Where its bytes begin in the archive.</param>
/// <param name="Length">How many they are.</param>
public sealed record ShardMember(string Shard, string Name, string Extension, long Offset, long Length)
{
    /// <summary>Its bytes.</summary>
    /// <exception cref="IOException">The archive cannot be read, or has become shorter.</exception>
    public byte[] Read()
    {
        using var handle = File.OpenHandle(Shard);
        return Read(handle);
    }

    internal byte[] Read(SafeFileHandle handle)
    {
        var content = new byte[Length];
        var read = 0;
        while (read < content.Length)
        {
            var count = RandomAccess.Read(handle, content.AsSpan(read), Offset + read);
            read += count > 0 ? count : throw new EndOfStreamException($"'{Shard}' ends within '{Name}'.");
        }

        return content;
    }
}
