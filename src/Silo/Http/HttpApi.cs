using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.Cluster;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.Looks;
using MmiGrains.Silo.Http.OpenAi;
using MmiGrains.Silo.Http.Page;
using MmiGrains.Silo.Http.Sessions;

namespace MmiGrains.Silo.Http;

/// <summary>Everything that a silo with the role of a frontend answers over HTTP.</summary>
internal static class HttpApi
{
    /// <summary>What the endpoints need beside the silo's own services.</summary>
    public static void AddMmiGrainsHttp(this IServiceCollection services) => services.AddSingleton<Pictures>().AddOpenAi();

    /// <summary>Maps all groups of endpoints; refusals of every one of them are told alike.</summary>
    public static void MapMmiGrains(this WebApplication app)
    {
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        app.UseAccess();
        app.MapSessions();
        app.MapTurns();
        app.MapLooks();
        app.MapImages();
        app.MapCluster();
        app.MapPage();
        app.MapOpenAi();
    }
}
