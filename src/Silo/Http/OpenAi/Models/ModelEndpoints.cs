using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Reading;
using MmiGrains.Silo.Http.Reference;

namespace MmiGrains.Silo.Http.OpenAi.Models;

/// <summary><c>/v1/models</c>.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/models", (ServedNames names) => Results.Json(new ModelList([Body(names, names.Name), Body(names, names.PartsName)]), OpenAiJson.Default.ModelList))
            .Note(EndpointNotes.OpenAi, "List models", "One model under two names: with pictures as Markdown, or as parts of the message.").Answers<ModelList>();
        app.MapGet("/v1/models/{id}", (string id, ServedNames names) => names.Has(id)
            ? Results.Json(Body(names, id), OpenAiJson.Default.ModelBody)
            : throw ApiError.NotFound("model_not_found", $"The model must be '{names.Name}' or '{names.PartsName}'; it is '{JsonFields.Shorten(id)}'.").ToException())
            .Note(EndpointNotes.OpenAi, "Read a model").Answers<ModelBody>();
    }

    private static ModelBody Body(ServedNames names, string name) => new(name, names.Created.ToUnixTimeSeconds());
}
