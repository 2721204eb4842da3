namespace MmiGrains.Silo.Http.OpenAi.Files;

/// <summary>A file that was uploaded.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
/// <param name="Filename">What its sender calls it.</param>
/// <param name="Purpose">What it is for.</param>
internal sealed record FileBody(string Id, long Bytes, long CreatedAt, string Filename, string Purpose)
{
    public string Object => "file";

    public string Status => "processed";
}

/// <summary>A tenant's files, newest first.</summary>
internal sealed record FileList(IReadOnlyList<FileBody> Data)
{
    public string Object => "list";

    public bool HasMore => false;
}

/// <summary>A file that is gone.</summary>
internal sealed record FileDeleted(string Id)
{
    public string Object => "file";

    public bool Deleted => true;
}
