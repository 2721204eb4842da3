using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Documents.Planning;

/// <summary>A plan as JSON that is read and changed by hand.</summary>
public static class PlanFile
{
    /// <summary>How plans, and what is made by them, are written.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The text of a plan.</summary>
    public static string Write(IllustrationPlan plan) => JsonSerializer.Serialize(plan, Json) + "\n";

    /// <summary>A plan from its text, or from a manifest, which has one in it.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidJobException">It is not a plan.</exception>
    public static IllustrationPlan Read(string text)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            var plan = (root is JsonObject fields && fields["plan"] is { } inner ? inner : root).Deserialize<IllustrationPlan>(Json)
                ?? throw new JsonException("it is null");
            PlanRules.Check(plan);
            return plan;
        }
        catch (JsonException problem)
        {
            throw new InvalidJobException("invalid_plan", problem.Path ?? "plan", $"The plan cannot be read: {problem.Message.Split('\n')[0]}");
        }
    }
}
