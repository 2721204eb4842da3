namespace MmiGrains.Silo.Http.Reference;

/// <summary>A parameter of an endpoint that no signature shows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">string, integer or number.</param>
/// <param name="Description">What it does.</param>
internal sealed record NotedParameter(string Name, string Type, string Description)
{
    /// <summary>Whether it is a header, not a field of the query.</summary>
    public bool IsHeader { get; init; }
}
