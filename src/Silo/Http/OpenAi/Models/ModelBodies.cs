namespace MmiGrains.Silo.Http.OpenAi.Models;

/// <summary>A model that is served.</summary>
internal sealed record ModelBody(string Id, long Created)
{
    public string Object => "model";

    public string OwnedBy => "mmigrains";
}

/// <summary>All models.</summary>
internal sealed record ModelList(IReadOnlyList<ModelBody> Data)
{
    public string Object => "list";
}
