using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Grains.Illustration;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Sessions;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary><c>/v1/jobs/illustrations</c>: documents are planned, illustrated, watched and fetched.</summary>
internal static class IllustrationEndpoints
{
    private const int MostListed = 100;

    public static void MapIllustrations(this IEndpointRouteBuilder app)
    {
        const string Group = EndpointNotes.Jobs;
        var jobs = app.MapGroup("/v1/jobs/illustrations");
        jobs.MapPost("", CreateAsync).Note(Group, "Illustrate documents", "Documents are given as text, or as base64 where they are EPUB or DOCX.")
            .TakesHeader(IllustrationRequest.KeyHeader, "The same key is the same job.")
            .Reads<NewIllustrationBody>().Answers<JobBody>(StatusCodes.Status201Created);
        jobs.MapPost("/plan", PlanAsync).Note(Group, "Plan pictures, and estimate what they cost", "Nothing is painted, unless it is asked to measure.")
            .Reads<NewIllustrationBody>().Answers<EstimateBody>();
        jobs.MapGet("", ListAsync).Note(Group, "List jobs", "The newest comes first.")
            .Takes("limit", "integer", $"1 to {MostListed}; 20 where it is not given.").Answers<JobListBody>();
        jobs.MapGet("/{id}", (HttpContext context, string id) => AnswerAsync(context, id, job => job.GetAsync())).Note(Group, "How a job stands").Answers<JobBody>();
        jobs.MapGet("/{id}/events", WatchAsync).Note(Group, "Watch a job", "Events progress, and at last end; each is the job.").AnswersFile("text/event-stream");
        jobs.MapPost("/{id}/pause", (HttpContext context, string id) => AnswerAsync(context, id, job => job.PauseAsync()))
            .Note(Group, "Pause a job", "Pictures that are being painted are finished.").Answers<JobBody>();
        jobs.MapPost("/{id}/cancel", (HttpContext context, string id) => AnswerAsync(context, id, job => job.CancelAsync()))
            .Note(Group, "End a job", "What is painted can still be fetched.").Answers<JobBody>();
        jobs.MapPost("/{id}/resume", ResumeAsync).Note(Group, "Go on with a paused or failed job").Reads<ResumeBody>().Answers<JobBody>();
        jobs.MapDelete("/{id}", DeleteAsync).Note(Group, "Forget a job and its documents").Produces(StatusCodes.Status204NoContent);
        jobs.MapGet("/{id}/documents/{document:int}", DocumentAsync).Note(Group, "A document's pictures, and every try of each").Answers<IllustratedDocumentBody>();
        jobs.MapPost("/{id}/documents/{document:int}/figures/{figure}", RepaintAsync).Note(Group, "Paint one picture again, and leave the rest").Reads<RepaintBody>().Answers<JobBody>();
        jobs.MapGet("/{id}/documents/{document:int}/page", PageAsync).Note(Group, "A document with its pictures, as one page").AnswersFile("text/html");
        jobs.MapGet("/{id}/result", ResultAsync).Note(Group, "All documents with their pictures, pages and manifests").AnswersFile("application/zip");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, DocumentStore store)
    {
        var (body, documents) = await IllustrationRequest.ReadAsync(context);
        var id = IllustrationRequest.NewId(context.Request);
        var (job, key, specs) = (IllustrationRequest.Job(context, id), IllustrationRequest.Key(context, id), new List<DocumentSpec>());
        foreach (var (name, bytes, plan) in documents)
        {
            specs.Add(new DocumentSpec(name, await store.PutAsync(key, bytes), plan));
        }

        var spec = new IllustrationSpec(specs) { Budget = body.Budget, Parallel = body.Parallel ?? new IllustrationSpec([]).Parallel, Webhook = body.Webhook };
        var status = await Patience.CallAsync(() => job.StartAsync(spec), context.RequestAborted);
        return Results.Json(JobBody.Of(status), NativeJson.Default.JobBody, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> PlanAsync(HttpContext context, RateProbe probe)
    {
        var (body, documents) = await IllustrationRequest.ReadAsync(context);
        var plans = documents.Select(document => document.Plan).ToArray();
        var (seconds, most, measured, each) = (0.0, 0.0, 0L, 0.0);
        foreach (var plan in plans.Where(plan => plan.Figures.Count > 0))
        {
            if (await probe.FindAsync(RequestTenant.Of(context), plan.Steps, body.Measure == true, context.RequestAborted) is not { } rate)
            {
                measured = 0;
                break;
            }

            (each, measured) = rate;
            seconds += plan.Figures.Count * each;
            most += plan.Figures.Count * each * (1 + plan.Retries);
        }

        var (isKnown, price) = (measured > 0, body.PricePerHour);
        return Results.Json(
            new EstimateBody(plans, plans.Sum(plan => plan.Figures.Count))
            {
                SecondsPerPicture = isKnown ? Math.Round(each, 3) : null,
                Measured = isKnown ? measured : null,
                Seconds = isKnown ? Math.Round(seconds, 1) : null,
                SecondsAtMost = isKnown ? Math.Round(most, 1) : null,
                Cost = isKnown && price is not null ? Math.Round(seconds / 3600 * price.Value, 4) : null,
                CostAtMost = isKnown && price is not null ? Math.Round(most / 3600 * price.Value, 4) : null,
            },
            NativeJson.Default.EstimateBody);
    }

    private static async Task<IResult> ListAsync(HttpContext context, JobIndex index)
    {
        var jobs = new List<JobBody>();
        foreach (var id in await index.ListAsync(RequestTenant.Of(context), SessionRequest.Number(context.Request, "limit", 1, MostListed, 20)))
        {
            try
            {
                jobs.Add(JobBody.Of(await Patience.CallAsync(IllustrationRequest.Job(context, id).GetAsync, context.RequestAborted)));
            }
            catch (JobNotFoundException)
            {
                // it was deleted just now
            }
        }

        return Results.Json(new JobListBody(jobs), NativeJson.Default.JobListBody);
    }

    private static async Task<IResult> ResumeAsync(HttpContext context, string id)
    {
        var wanted = context.Request.ContentLength is null or 0 && !context.Request.HasJsonContentType()
            ? new ResumeBody() : await JsonBody.ReadAsync(context.Request, NativeJson.Default.ResumeBody);
        return await AnswerAsync(context, id, job => job.ResumeAsync(wanted.Budget));
    }

    private static async Task<IResult> RepaintAsync(HttpContext context, string id, int document, string figure)
    {
        var wanted = await JsonBody.ReadAsync(context.Request, NativeJson.Default.RepaintBody);
        return await AnswerAsync(context, id, job => job.RepaintAsync(document, figure, wanted.Seed));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        await Patience.CallAsync(IllustrationRequest.Job(context, id).DeleteAsync, context.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> DocumentAsync(HttpContext context, string id, int document)
    {
        var job = IllustrationRequest.Job(context, id);
        return Results.Json(
            IllustratedDocumentBody.Of(await Patience.CallAsync(() => job.GetDocumentAsync(document), context.RequestAborted)), NativeJson.Default.IllustratedDocumentBody);
    }

    // Somebody's document, on our address: it may show itself, and do nothing.
    private static async Task<IResult> PageAsync(HttpContext context, JobResults results, string id, int document)
    {
        var result = await results.ReadAsync(RequestTenant.Of(context), IllustrationRequest.Key(context, id), IllustrationRequest.Job(context, id), document, context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(result.Page(), "text/html", Encoding.UTF8);
    }

    private static async Task<IResult> ResultAsync(HttpContext context, JobResults results, string id)
    {
        var bytes = await results.ArchiveAsync(RequestTenant.Of(context), IllustrationRequest.Key(context, id), IllustrationRequest.Job(context, id), context.RequestAborted);
        return Results.File(bytes, "application/zip", $"{id}.zip");
    }

    private static async Task WatchAsync(HttpContext context, string id)
    {
        var (job, writer, version) = (IllustrationRequest.Job(context, id), new EventStreamWriter(context.Response), "");
        await context.RequestServices.GetRequiredService<Departure>().StreamAsync(context, writer, () => 0, async end =>
        {
            while (true)
            {
                var status = await Patience.CallAsync(() => job.WaitAsync(version), end);
                if (status.Version == version)
                {
                    await writer.BeatAsync();
                    continue;
                }

                version = status.Version;
                await writer.WriteAsync("progress", null, JobBody.Of(status), NativeJson.Default.JobBody);
                if (status.State is JobState.Completed or JobState.Cancelled or JobState.Failed)
                {
                    await writer.WriteAsync("end", null, JobBody.Of(status), NativeJson.Default.JobBody);
                    return;
                }
            }
        });
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, string id, Func<IIllustrationJobGrain, Task<IllustrationStatus>> ask)
    {
        var job = IllustrationRequest.Job(context, id);
        return Results.Json(JobBody.Of(await Patience.CallAsync(() => ask(job), context.RequestAborted)), NativeJson.Default.JobBody);
    }
}
