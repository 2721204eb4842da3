using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.Cluster;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.Jobs;
using MmiGrains.Silo.Http.Looks;
using MmiGrains.Silo.Http.OpenAi;
using MmiGrains.Silo.Http.Page;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Serving;
using MmiGrains.Silo.Http.Sessions;
using MmiGrains.Silo.Http.Training;

namespace MmiGrains.Silo.Http;

/// <summary>Everything that a silo with the role of a frontend answers over HTTP.</summary>
internal static class HttpApi
{
    /// <summary>What the endpoints need beside the silo's own services.</summary>
    public static void AddMmiGrainsHttp(this IServiceCollection services) => JobResults.Add(services.AddSingleton<Pictures>().AddOpenAi().AddReference());

    /// <summary>Maps all groups of endpoints; refusals of every one of them are told alike.</summary>
    public static void MapMmiGrains(this WebApplication app)
    {
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        app.UseAccess();
        var api = app.MapGroup("");
        api.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ErrorBody), ["application/json"]));
        api.MapSessions();
        api.MapTurns();
        api.MapLooks();
        api.MapImages();
        api.MapIllustrations();
        api.MapTraining();
        api.MapCluster();
        api.MapServing();
        api.MapOpenAi();
        app.MapPage();
        app.MapReference();
    }
}
