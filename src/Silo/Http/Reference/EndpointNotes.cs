using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MmiGrains.Silo.Http.Reference;

/// <summary>What the reference says of an endpoint, beside its mapping.</summary>
internal static class EndpointNotes
{
    /// <summary>Name of the group of conversations.</summary>
    public const string Conversations = "Conversations";

    /// <summary>Name of the group of images.</summary>
    public const string Images = "Images";

    /// <summary>Name of the group of jobs.</summary>
    public const string Jobs = "Jobs";

    /// <summary>Name of the group of the cluster.</summary>
    public const string Cluster = "Cluster";

    /// <summary>Name of the group that OpenAI's clients know.</summary>
    public const string OpenAi = "OpenAI";

    /// <summary>What it does, in one line, and more where one line does not do.</summary>
    public static RouteHandlerBuilder Note(this RouteHandlerBuilder endpoint, string group, string summary, string? description = null)
    {
        endpoint.WithTags(group).WithSummary(summary);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>A parameter that the handler reads itself.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, string name, string type, string description) =>
        endpoint.WithMetadata(new NotedParameter(name, type, description));

    /// <summary>A header that the handler reads itself.</summary>
    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new NotedParameter(name, "string", description) { IsHeader = true });

    /// <summary>A body that the handler reads itself: of other types it says itself what is wrong, so that routing lets all through.</summary>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint, params string[] types)
        where T : notnull => endpoint.Accepts<T>(isOptional: true, NotedBody.Anything).WithMetadata(new NotedBody(types.Length == 0 ? ["application/json"] : types));

    /// <summary>An answer of JSON.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) => endpoint.Produces<T>(status, "application/json");

    /// <summary>An answer that is a file, or a stream.</summary>
    public static RouteHandlerBuilder AnswersFile(this RouteHandlerBuilder endpoint, params string[] types) =>
        endpoint.Produces(StatusCodes.Status200OK, typeof(string), types[0], types[1..]);
}
