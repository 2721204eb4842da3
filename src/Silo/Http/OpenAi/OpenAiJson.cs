using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MmiGrains.Silo.Http.OpenAi.Chat;
using MmiGrains.Silo.Http.OpenAi.Completions;
using MmiGrains.Silo.Http.OpenAi.Files;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Painting;

namespace MmiGrains.Silo.Http.OpenAi;

/// <summary>Answers as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(TextBody))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(PictureList))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(FileDeleted))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
