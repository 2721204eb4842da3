using Microsoft.AspNetCore.Builder;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http;

/// <summary>Everything that a silo with the role of a frontend answers over HTTP.</summary>
internal static class HttpApi
{
    /// <summary>Maps all groups of endpoints; refusals of every one of them are told alike.</summary>
    public static void MapMmiGrains(this WebApplication app)
    {
        app.UseMiddleware<ErrorMiddleware>();
    }
}
