using Microsoft.AspNetCore.Http;

namespace MmiGrains.Silo.Http;

/// <summary>Whose request it is. Whatever checks API keys sets it; without keys there is one tenant.</summary>
/// <param name="Name">The tenant.</param>
internal sealed record RequestTenant(string Name)
{
    /// <summary>The tenant where there are no API keys.</summary>
    public const string Default = "default";

    /// <summary>The tenant of a request.</summary>
    public static string Of(HttpContext context) => context.Features.Get<RequestTenant>()?.Name ?? Default;
}
