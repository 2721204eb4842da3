namespace MmiGrains.Silo.Http.Reference;

/// <summary>The types of a body that its handler takes.</summary>
/// <param name="Types">Media types.</param>
internal sealed record NotedBody(IReadOnlyList<string> Types)
{
    /// <summary>What routing is told.</summary>
    public const string Anything = "*/*";
}
