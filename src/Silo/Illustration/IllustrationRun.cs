using System.Globalization;
using System.Text.Json.Nodes;
using MmiGrains.Documents.Planning;

namespace MmiGrains.Silo.Illustration;

/// <summary>One run of <c>mmi illustrate</c>, on whatever silo answers.</summary>
/// <param name="client">The silo.</param>
/// <param name="files">What comes in and goes out.</param>
/// <param name="request">The job, its documents among it.</param>
/// <param name="output">Told what happens.</param>
internal sealed class IllustrationRun(IllustrationClient client, IllustrationFiles files, JsonObject request, TextWriter output)
{
    /// <summary>Says what a run would take.</summary>
    public async Task EstimateAsync(CancellationToken cancellation)
    {
        var estimate = await client.PlanAsync(request, cancellation);
        output.WriteLine($"{(int)estimate["pictures"]!} pictures in {estimate["plans"]!.AsArray().Count} documents.");
        if ((double?)estimate["seconds"] is not { } seconds)
        {
            output.WriteLine("No picture was painted with these weights and steps yet, so there is no rate to estimate by.");
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds:0.0} s of painting, at most {(double)estimate["seconds_at_most"]!:0.0} s with all other tries: {(double)estimate["seconds_per_picture"]!:0.00} s a picture, the mean of {(long)estimate["measured"]!} painted."));
        if ((double?)estimate["cost"] is { } cost)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cost {cost:0.####}, at most {(double)estimate["cost_at_most"]!:0.####}, at {(double)request["price_per_hour"]!:0.####} an hour."));
        }
    }

    /// <summary>Runs the job, or goes on with it, and fetches its result.</summary>
    /// <param name="budget">Pictures that may be painted; null for as many as it takes.</param>
    /// <param name="only">A picture to paint again, and its seed; null for none.</param>
    /// <param name="isTerminal">Whether progress can be written over.</param>
    /// <param name="cancellation">Stops watching; the job stays.</param>
    /// <returns>Whether everything is done.</returns>
    public async Task<bool> RunAsync(int? budget, (string Figure, long Seed)? only, bool isTerminal, CancellationToken cancellation)
    {
        var job = await BeginAsync(budget, isOnly: only is not null, cancellation);
        var id = files.Job = (string)job["id"]!;
        if ((string)job["state"]! is "paused" or "failed")
        {
            job = await client.ResumeAsync(id, budget, cancellation);
        }

        if (only is var (figure, seed))
        {
            await WatchAsync(id, isTerminal, cancellation); // others are first done
            job = await client.RepaintAsync(id, 0, figure, seed, cancellation);
        }

        job = await WatchAsync(id, isTerminal, cancellation) ?? job;
        foreach (var file in files.Unpack(await client.ResultAsync(id, cancellation)))
        {
            output.WriteLine(file);
        }

        if ((string?)job["problem"] is { } problem)
        {
            output.WriteLine($"{(int)job["done"]!} of {(int)job["total"]!} pictures: {problem}");
        }

        return (string)job["state"]! == "completed";
    }

    // The same documents and plans are the same job: what is done of it is not done again.
    private Task<JsonNode> BeginAsync(int? budget, bool isOnly, CancellationToken cancellation)
    {
        if (isOnly && files.Job is { } known)
        {
            return client.ReadAsync(known, cancellation);
        }

        request.Remove("price_per_hour");
        var key = Planner.HashOf(System.Text.Encoding.UTF8.GetBytes(request.ToJsonString()));
        var whole = (JsonObject)request.DeepClone();
        whole["budget"] = budget;
        return client.CreateAsync(whole, key, cancellation);
    }

    private async Task<JsonNode?> WatchAsync(string id, bool isTerminal, CancellationToken cancellation)
    {
        var (line, last) = (new JobProgressLine(output, isTerminal), default(JsonNode));
        await foreach (var job in client.WatchAsync(id, cancellation))
        {
            line.Show(last = job);
            if ((string)job["state"]! is "paused")
            {
                break;
            }
        }

        line.End();
        return last;
    }
}
