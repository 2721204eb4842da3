using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MmiGrains.Grains.Hosting;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Http.OpenAi.Chat;
using MmiGrains.Silo.Http.OpenAi.Completions;
using MmiGrains.Silo.Http.OpenAi.Files;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Painting;

namespace MmiGrains.Silo.Http.OpenAi;

/// <summary>The interface that clients of OpenAI's services know.</summary>
internal static class OpenAiExtensions
{
    /// <summary>What its endpoints need.</summary>
    public static IServiceCollection AddOpenAi(this IServiceCollection services) => services
        .AddSingleton(provider => new ServedNames(provider.GetRequiredService<IOptions<DeviceOptions>>().Value))
        .AddSingleton<PassingSessions>().AddHostedService(provider => provider.GetRequiredService<PassingSessions>())
        .AddSingleton<ConversationBuilder>()
        .AddSingleton<ChatPictures>()
        .AddSingleton<ChatEndpoint>()
        .AddSingleton<CompletionEndpoint>()
        .AddSingleton<PaintEndpoints>()
        .AddSingleton<FileStore>()
        .AddSingleton<FileEndpoints>();

    /// <summary>Maps its endpoints.</summary>
    public static void MapOpenAi(this IEndpointRouteBuilder app)
    {
        app.MapModels();
        ChatEndpoint.Map(app);
        CompletionEndpoint.Map(app);
        PaintEndpoints.Map(app);
        FileEndpoints.Map(app);
    }
}
