namespace MmiGrains.Documents;

/// <summary>The formats that are read and written.</summary>
public enum DocumentKind
{
    /// <summary>Markdown: CommonMark with tables, footnotes and front matter.</summary>
    Markdown,

    /// <summary>HTML.</summary>
    Html,

    /// <summary>Plain text; a picture is a line that names its file.</summary>
    Text,

    /// <summary>EPUB 2 and 3.</summary>
    Epub,

    /// <summary>Word's DOCX.</summary>
    Docx,
}
