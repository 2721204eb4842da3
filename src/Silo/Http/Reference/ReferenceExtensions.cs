using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace MmiGrains.Silo.Http.Reference;

/// <summary><c>/openapi.json</c>: every endpoint, what it takes and what it answers, made from the endpoints themselves.</summary>
internal static class ReferenceExtensions
{
    private const string Key = "key";

    private const string About =
        "Conversations of text and pictures, natively and as OpenAI's clients know it. Bodies are JSON in snake_case. A refusal is an error with a message of one sentence "
        + "that names the field, the limit and the value; 429 is the tenant's quota, 503 our capacity, and both say when to come again.";

    /// <summary>What makes the document.</summary>
    public static IServiceCollection AddReference(this IServiceCollection services)
    {
        // The document spells fields as the endpoints do; they name their own serializers.
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        return services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) => Task.FromResult(Introduce(document)));
            options.AddOperationTransformer((operation, context, _) => Task.FromResult(Add(operation, context)));
        });
    }

    /// <summary>Maps the document.</summary>
    public static void MapReference(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi.json");

    private static OpenApiDocument Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "MmiGrains", Version = typeof(ReferenceExtensions).Assembly.GetName().Version?.ToString(3), Description = About };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Key] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, made with 'mmi keys add'. Without any key the silo answers its own machine alone." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] }];
        return document;
    }

    private static OpenApiOperation Add(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        Name(operation, context);
        operation.Parameters ??= [];
        foreach (var noted in context.Description.ActionDescriptor.EndpointMetadata.OfType<NotedParameter>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = noted.Name,
                In = noted.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = noted.Description,
                Schema = new OpenApiSchema
                {
                    Type = noted.Type switch { "integer" => JsonSchemaType.Integer, "number" => JsonSchemaType.Number, _ => JsonSchemaType.String },
                },
            });
        }

        return operation;
    }

    private static void Name(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (operation.RequestBody?.Content is { } content && content.Remove(NotedBody.Anything, out var body)
            && context.Description.ActionDescriptor.EndpointMetadata.OfType<NotedBody>().LastOrDefault() is { } noted)
        {
            foreach (var type in noted.Types)
            {
                content[type] = body;
            }
        }
    }
}
