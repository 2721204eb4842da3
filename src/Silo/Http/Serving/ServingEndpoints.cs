using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Training;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Streaming;
using MmiGrains.Silo.Http.Training;

namespace MmiGrains.Silo.Http.Serving;

/// <summary><c>/v1/cluster/model</c>: which model is served; another is promoted, or the one before it served again, without a restart.</summary>
internal static class ServingEndpoints
{
    public static void MapServing(this IEndpointRouteBuilder app)
    {
        const string Group = EndpointNotes.Cluster;
        var model = app.MapGroup("/v1/cluster/model");
        model.MapGet("", (IGrainFactory grains, HttpContext context) => TellAsync(context, () => Served(grains).ReadAsync())).Note(Group, "The served model").Answers<ModelBody>();
        model.MapPost("", PromoteAsync).Note(
            Group, "Promote a model", "Every silo loads it; once all have, new turns use it, and running turns finish on the model that they began with. A key needs the scope operate.")
            .Reads<PromotionBody>().Answers<ModelBody>(StatusCodes.Status202Accepted);
        model.MapPost("/roll-back", (IGrainFactory grains, HttpContext context) => TellAsync(context, () => Served(grains).RollBackAsync(), StatusCodes.Status202Accepted))
            .Note(Group, "Serve the model before", "As a promotion of it. A key needs the scope operate.").Answers<ModelBody>(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> PromoteAsync(HttpContext context, IGrainFactory grains)
    {
        var body = await JsonBody.ReadAsync(context.Request, NativeJson.Default.PromotionBody);
        if ((body.Folder is null) == (body.Job is null) || (body.Checkpoint is not null && body.Job is null))
        {
            throw Refuse("folder", "Either folder must be given, or job, perhaps with checkpoint.");
        }

        var folder = body.Folder ?? Made(await TrainingEndpoints.ReadAsync(context, body.Job!), body.Checkpoint);
        return await TellAsync(context, () => Served(grains).PromoteAsync(folder), StatusCodes.Status202Accepted);
    }

    private static string Made(TrainingJobInfo job, string? checkpoint)
    {
        if (checkpoint is null)
        {
            return job.Model ?? throw Refuse("job", $"job must have ended with a model, or checkpoint must name one of its checkpoints; '{job.JobId}' has made {job.Step} of {job.TotalSteps} steps.");
        }

        var found = job.Checkpoints.Where(made => checkpoint.Length >= 8 && made.Hash.StartsWith(checkpoint, StringComparison.Ordinal)).ToArray();
        return found is [var one] ? one.Folder
            : throw Refuse("checkpoint", $"checkpoint must be 8 or more digits of the hash of one that the job keeps; '{checkpoint}' is of {found.Length} among {job.Checkpoints.Count}.");
    }

    private static async Task<IResult> TellAsync(HttpContext context, Func<Task<ServedModelInfo>> call, int status = StatusCodes.Status200OK) =>
        Results.Json(ModelBody.Of(await Patience.CallAsync(call, context.RequestAborted)), NativeJson.Default.ModelBody, statusCode: status);

    private static IServedModelGrain Served(IGrainFactory grains) => grains.GetGrain<IServedModelGrain>(0);

    private static ApiException Refuse(string field, string sentence) => ApiError.Invalid("invalid_value", field, sentence).ToException();
}
