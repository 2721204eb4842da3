using System.Text.Json.Serialization;

namespace MmiGrains.Silo.Http.Training;

/// <summary>The bodies of training jobs as JSON; a field that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(NewTrainingBody))]
[JsonSerializable(typeof(TrainingJobBody))]
[JsonSerializable(typeof(TrainingJobListBody))]
[JsonSerializable(typeof(TrainingMetricBody))]
internal sealed partial class TrainingJson : JsonSerializerContext;
