using System.CommandLine;
using System.Text.Json.Nodes;
using MmiGrains.Client.Http;
using MmiGrains.Contracts.Commands;

namespace MmiGrains.Client.Commands;

/// <summary><c>mmi promote</c>: has a running cluster serve another model, or the one before.</summary>
internal static class PromoteCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    private static readonly Argument<string?> Folder = new("MODEL") { Description = "A model's folder or a checkpoint, as every silo sees it.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Job = new("--job") { Description = "Instead of a folder: what a training job of this key's tenant has made.", HelpName = "ID" };
    private static readonly Option<string?> Checkpoint = new("--checkpoint") { Description = "Of that job a checkpoint, by the first digits of its hash.", HelpName = "HASH" };
    private static readonly Option<bool> Back = new("--back") { Description = "Serve the model before the present one again." };
    private static readonly Option<bool> Json = new("--json") { Description = "As the cluster tells it." };

    public static Command Create()
    {
        var command = new Command(RemoteCommands.Promote.Name, RemoteCommands.Promote.Summary) { Folder, Job, Checkpoint, Back, Json };
        ClusterOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (folder, job, isBack) = (parsed.GetValue(Folder), parsed.GetValue(Job), parsed.GetValue(Back));
        if ((folder is null ? 0 : 1) + (job is null ? 0 : 1) + (isBack ? 1 : 0) > 1)
        {
            throw new ClientException("One of MODEL, --job and --back can be given; or none, to see what is served.");
        }

        using var client = ClusterOptions.Connect(parsed);
        var model = isBack ? await client.RollBackAsync(cancellation) : folder is null && job is null ? await client.ModelAsync(cancellation)
            : await client.PromoteAsync(new JsonObject { ["folder"] = folder is null ? null : Path.GetFullPath(folder), ["job"] = job, ["checkpoint"] = parsed.GetValue(Checkpoint) }, cancellation);
        var isAsked = isBack || folder is not null || job is not null;
        while (isAsked && model["next"] is not null)
        {
            await Task.Delay(BetweenLooks, cancellation);
            model = await client.ModelAsync(cancellation);
        }

        var output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync(parsed.GetValue(Json) ? model.ToJsonString(new() { WriteIndented = true }) : Told(model));
        return isAsked && model["problem"] is not null ? throw new ClientException((string)model["problem"]!) : ExitCode.Done;
    }

    private static string Told(JsonObject model)
    {
        var served = model["current"] is { } current ? $"New turns use the model {current}, since {model["since"]}." : "Every silo serves the model that it was started with.";
        var next = model["next"] is { } loading ? $"\nThe model {loading} is being loaded; {model["waiting"]!.AsArray().Count} silos have not got it yet." : "";
        var earlier = model["earlier"]!.AsArray() is [.., var last] ? $"\nBefore it was {last}: './mmi promote --back' serves it again." : "";
        return served + next + earlier;
    }
}
