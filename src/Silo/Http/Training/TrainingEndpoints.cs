using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Training;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Sessions;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Training;

/// <summary><c>/v1/jobs/training</c>: training jobs are begun, listed, watched, paused, resumed and cancelled.</summary>
internal static partial class TrainingEndpoints
{
    private const int MostListed = 200;
    private const int MetricsAtOnce = 500;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    public static void MapTraining(this IEndpointRouteBuilder app)
    {
        const string Group = EndpointNotes.Jobs;
        var jobs = app.MapGroup("/v1/jobs/training");
        jobs.MapPost("", (Delegate)CreateAsync).Note(Group, "Train by a recipe", "The recipe's paths lead from the cluster's folder of training jobs.")
            .Reads<NewTrainingBody>().Answers<TrainingJobBody>(StatusCodes.Status201Created);
        jobs.MapGet("", (Delegate)ListAsync).Note(Group, "List training jobs")
            .Takes("limit", "integer", $"1 to {MostListed}; 50 where it is not given.").Answers<TrainingJobListBody>();
        jobs.MapGet("/{id}", (HttpContext context, string id) => CallAsync(context, id, job => job.ReadAsync())).Note(Group, "How training stands").Answers<TrainingJobBody>();
        jobs.MapPost("/{id}/pause", (HttpContext context, string id) => CallAsync(context, id, job => job.PauseAsync()))
            .Note(Group, "Pause training", "The round that runs is given up and made again.").Answers<TrainingJobBody>();
        jobs.MapPost("/{id}/resume", (HttpContext context, string id) => CallAsync(context, id, job => job.ResumeAsync())).Note(Group, "Go on with paused training").Answers<TrainingJobBody>();
        jobs.MapPost("/{id}/cancel", (HttpContext context, string id) => CallAsync(context, id, job => job.CancelAsync())).Note(Group, "End training", "Its checkpoints stay.").Answers<TrainingJobBody>();
        jobs.MapGet("/{id}/metrics", WatchAsync).Note(Group, "Watch losses and measures", "Events metric, as they come, and job, each time that it changes.").AnswersFile("text/event-stream");
    }

    /// <summary>How a job of the caller's tenant stands.</summary>
    public static Task<TrainingJobInfo> ReadAsync(HttpContext context, string id) => TellAsync(() => Patience.CallAsync(Job(context, id).ReadAsync, context.RequestAborted));

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context.Request, TrainingJson.Default.NewTrainingBody);
        RecipePaths.Check(body.Recipe);
        var (tenant, id) = (RequestTenant.Of(context), $"t-{Guid.CreateVersion7():N}");
        var folder = Path.GetFullPath(context.RequestServices.GetRequiredService<IOptions<DeviceOptions>>().Value.TrainingFolder);
        var spec = new TrainingJobSpec(body.Recipe.GetRawText(), folder, Path.Combine(folder, "jobs", tenant, id))
        {
            InnerSteps = body.InnerSteps,
            Replicas = body.Replicas,
            OuterRate = body.OuterRate,
            OuterMomentum = body.OuterMomentum,
            BFloat16 = body.ExchangeBf16,
            MinTrainers = body.MinTrainers,
            MaxTrainers = body.MaxTrainers,
            StopMetric = body.StopMetric,
            StopPatience = body.StopPatience,
        };
        var info = await TellAsync(() => Patience.CallAsync(() => Job(context, id).CreateAsync(spec), context.RequestAborted));
        return Results.Json(TrainingJobBody.Of(info), TrainingJson.Default.TrainingJobBody, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        var count = SessionRequest.Number(context.Request, "limit", 1, MostListed, 50);
        var jobs = await context.RequestServices.GetRequiredService<TrainingJobs>().ListAsync(RequestTenant.Of(context), count);
        return Results.Json(new TrainingJobListBody([.. jobs.Select(TrainingJobBody.Of)]), TrainingJson.Default.TrainingJobListBody);
    }

    private static async Task<IResult> CallAsync(HttpContext context, string id, Func<ITrainingJobGrain, Task<TrainingJobInfo>> call)
    {
        var job = Job(context, id);
        var info = await TellAsync(() => Patience.CallAsync(() => call(job), context.RequestAborted));
        return Results.Json(TrainingJobBody.Of(info), TrainingJson.Default.TrainingJobBody);
    }

    // Metrics after a number as events, past and to come, and the job each time that it changes, until it has ended.
    private static async Task WatchAsync(HttpContext context, string id)
    {
        var (job, writer, after) = (Job(context, id), new EventStreamWriter(context.Response), SessionRequest.LastEvent(context.Request));
        await context.RequestServices.GetRequiredService<Departure>().StreamAsync(context, writer, () => after, async end =>
        {
            var (said, written) = (default(TrainingJobInfo), Environment.TickCount64);
            while (true)
            {
                var info = await TellAsync(() => Patience.CallAsync(job.ReadAsync, end));
                var metrics = await Patience.CallAsync(() => job.ReadMetricsAsync(after, MetricsAtOnce), end);
                foreach (var metric in metrics)
                {
                    after = metric.Sequence;
                    await writer.WriteAsync("metric", after, TrainingMetricBody.Of(metric), TrainingJson.Default.TrainingMetricBody);
                }

                var isNews = said is null || (info.Phase, info.Step, info.Message, info.Trainers.Count) != (said.Phase, said.Step, said.Message, said.Trainers.Count);
                if (isNews && metrics.Count < MetricsAtOnce)
                {
                    said = info;
                    await writer.WriteAsync("job", null, TrainingJobBody.Of(info), TrainingJson.Default.TrainingJobBody);
                }

                if (info.HasEnded && metrics.Count == 0)
                {
                    return;
                }

                if (isNews || metrics.Count > 0)
                {
                    written = Environment.TickCount64;
                }
                else if (Environment.TickCount64 - written > EventStreamWriter.Beat.TotalMilliseconds)
                {
                    await writer.BeatAsync();
                    written = Environment.TickCount64;
                }

                await Task.Delay(metrics.Count == MetricsAtOnce || info.HasEnded ? TimeSpan.Zero : BetweenLooks, end);
            }
        });
    }

    private static ITrainingJobGrain Job(HttpContext context, string id) => Name().IsMatch(id)
        ? context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<ITrainingJobGrain>($"{RequestTenant.Of(context)}/{id}")
        : throw ApiError.NotFound("job_not_found", "There is no training job of that name.").ToException();

    private static async Task<T> TellAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (TrainingJobNotFoundException problem)
        {
            throw ApiError.NotFound(problem.Code, problem.Message).ToException();
        }
        catch (InvalidTrainingJobException problem)
        {
            throw ApiError.Invalid(problem.Code, null, problem.Message).ToException();
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex Name();
}
