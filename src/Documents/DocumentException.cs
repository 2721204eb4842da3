namespace MmiGrains.Documents;

/// <summary>A file cannot be read as a document. The message is one sentence for the user.</summary>
/// <param name="message">One sentence.</param>
public sealed class DocumentException(string message) : Exception(message);
