using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MmiGrains.Silo.Tests.Http;

public sealed class ReferenceTests(HttpSilo silo)
{
    [Fact]
    public async Task Every_endpoint_is_in_the_document_with_what_it_takes_and_answers()
    {
        using var client = await silo.ConnectAsync();
        var document = (await client.GetAsync("/openapi.json")).Body();
        Assert.StartsWith("3.", (string)document["openapi"]!);
        var mapped = silo.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').Split('/')[0] is "v1" or "health")
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => ($"/{endpoint.RoutePattern.RawText!.Trim('/').Replace(":int", "")}", method.ToLowerInvariant())))
            .Order().ToArray();
        Assert.True(mapped.Length > 20, $"{mapped.Length} routes");
        var told = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => (path.Key, method.Key))).Order();
        Assert.Equal(mapped, told);
        foreach (var (path, method) in mapped)
        {
            var isBare = path is "/v1/sessions" or "/v1/jobs/training/{id}/resume" || path.Split('/')[^1] is "cancel" or "pause" or "roll-back";
            var operation = document["paths"]![path]![method]!;
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), $"{method} {path} has no summary.");
            Assert.Contains(operation["responses"]!.AsObject(), answer => answer.Key.StartsWith('2'));
            Assert.Equal(method == "post" && !isBare, operation["requestBody"] is not null);
            Assert.Equal(path.Split('/').Count(part => part.StartsWith('{')), operation["parameters"]?.AsArray().Count(parameter => (string)parameter!["in"]! == "path") ?? 0);
        }
    }

    [Fact]
    public async Task Fields_are_spelt_as_they_are_sent()
    {
        using var client = await silo.ConnectAsync();
        var document = (await client.GetAsync("/openapi.json")).Body();
        var turn = Schema(document, document["paths"]!["/v1/sessions/{id}/turns"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!);
        Assert.Equal(["content", "settings"], turn["properties"]!.AsObject().Select(field => field.Key));
        var cluster = (await client.GetAsync("/v1/cluster")).Body();
        var told = Schema(document, document["paths"]!["/v1/cluster"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!);
        Assert.Equal(cluster.Select(field => field.Key), told["properties"]!.AsObject().Select(field => field.Key));
        var chat = Schema(document, document["paths"]!["/v1/chat/completions"]!["post"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!);
        Assert.Contains("choices", chat["properties"]!.AsObject().Select(field => field.Key));
    }

    private static JsonNode Schema(JsonObject document, JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;
}
