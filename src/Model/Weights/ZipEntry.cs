namespace MmiGrains.Model.Weights;

/// <summary>A member of a zip archive, as its central directory describes it.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="HeaderOffset">Bytes from the beginning of the file to its local header.</param>
/// <param name="StoredBytes">Its size in the archive.</param>
/// <param name="ByteCount">Its size when unpacked.</param>
/// <param name="Method">How it is packed; zero for not at all.</param>
/// <param name="Flags">The archive's general purpose bits.</param>
internal sealed record ZipEntry(string Name, long HeaderOffset, long StoredBytes, long ByteCount, ushort Method, ushort Flags);
