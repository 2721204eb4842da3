using System.Text.Json.Serialization;
using MmiGrains.Silo.Http.Cluster;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.Jobs;
using MmiGrains.Silo.Http.Looks;
using MmiGrains.Silo.Http.Serving;
using MmiGrains.Silo.Http.Sessions;

namespace MmiGrains.Silo.Http;

/// <summary>The bodies of the native interface as JSON. A field that is not known is refused: it would be obeyed by nobody.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(NewSessionBody))]
[JsonSerializable(typeof(SessionListBody))]
[JsonSerializable(typeof(TranscriptBody))]
[JsonSerializable(typeof(ForkBody))]
[JsonSerializable(typeof(NewTurnBody))]
[JsonSerializable(typeof(TurnBody))]
[JsonSerializable(typeof(EventBody))]
[JsonSerializable(typeof(StreamEndBody))]
[JsonSerializable(typeof(LookBody))]
[JsonSerializable(typeof(ImageBody))]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(ModelBody))]
[JsonSerializable(typeof(PromotionBody))]
[JsonSerializable(typeof(NewIllustrationBody))]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(RepaintBody))]
[JsonSerializable(typeof(JobBody))]
[JsonSerializable(typeof(JobListBody))]
[JsonSerializable(typeof(IllustratedDocumentBody))]
[JsonSerializable(typeof(EstimateBody))]
internal sealed partial class NativeJson : JsonSerializerContext;
