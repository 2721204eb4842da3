namespace MmiGrains.Documents.Epub;

/// <summary>A file of a book.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Bytes">What is in it.</param>
/// <param name="IsStored">Whether it is kept without compression.</param>
/// <param name="Time">When it was written.</param>
internal sealed record EpubEntry(string Name, byte[] Bytes, bool IsStored, DateTimeOffset Time);
