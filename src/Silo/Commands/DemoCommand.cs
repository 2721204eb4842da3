using System.CommandLine;
using System.Text.Json.Nodes;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Scenes;
using MmiGrains.Silo.Demo;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi demo</c>: the whole system in one process, a conversation through its HTTP interface, and then its web page.</summary>
internal static class DemoCommand
{
    private const int UsualPort = 8080;

    private static readonly Option<string> Model = new("--model") { Description = "The model's folder.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };
    private static readonly Option<string?> Data = new("--data") { Description = "Folder of the store; without it, one that is removed at the end.", HelpName = "DIR" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for pictures and transcript.", HelpName = "DIR", DefaultValueFactory = _ => "mmi-demo" };
    private static readonly Option<int?> Http = new("--http") { Description = $"Port of the page; without it, {UsualPort}, or any free one where that is taken.", HelpName = "PORT" };
    private static readonly Option<long> Seed = new("--seed") { Description = "Which picture is talked about, and the seed of the answers.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Once = new("--once") { Description = "End after the conversation instead of serving the page." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print what happened as one JSON object." };

    public static Command Create()
    {
        var command = new Command("demo", "See it work: a conversation with pictures, then the web page.") { Model, Data, Out, Http, Seed, Once, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellation)
    {
        var (output, seed, isJson) = (given.InvocationConfiguration.Output, given.GetValue(Seed), given.GetValue(Json));
        if (seed is < 0 or > int.MaxValue || seed > SceneSamples.MaxSeed)
        {
            throw new CommandException($"--seed must be 0 to {SceneSamples.MaxSeed}; it is {seed}.");
        }

        var steps = DemoStep.All(seed);
        var temporary = given.GetValue(Data) is null ? Path.Combine(Path.GetTempPath(), $"mmi-demo-{Guid.NewGuid():N}") : null;
        try
        {
            var options = new SiloOptions
            {
                Device = new DeviceOptions { Roles = SiloOptions.AllRoles, Model = given.GetValue(Model)! },
                Store = new StoreOptions { DataFolder = temporary ?? given.GetValue(Data)! },
                HttpPort = Port(given.GetValue(Http)),
            };
            await using var silo = await RunningSilo.StartAsync(options, cancellation);
            using var client = new DemoClient(silo.Address);
            var run = new DemoRun(client, given.GetValue(Out)!, side: 64);
            var turns = new List<DemoTurn>();
            await foreach (var turn in run.TalkAsync(steps, seed, cancellation))
            {
                turns.Add(turn);
                if (!isJson)
                {
                    Print(output, turn);
                }
            }

            var page = $"{silo.Address}#/{run.Session}";
            Conclude(output, isJson, turns, Path.Combine(given.GetValue(Out)!, DemoRun.TranscriptName), page);
            if (!given.GetValue(Once))
            {
                if (!isJson)
                {
                    output.WriteLine("Ctrl-C ends.");
                }

                await output.FlushAsync(CancellationToken.None);
                await silo.WaitAsync(cancellation);
            }

            return turns.TrueForAll(turn => turn.State == "completed") ? ExitCode.Done : ExitCode.NotEqual;
        }
        finally
        {
            if (temporary is not null && Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void Print(TextWriter output, DemoTurn turn)
    {
        var shown = turn.Given is null ? "" : $"[{turn.Given}] ";
        output.WriteLine($"you    {shown}{turn.Step.Text}");
        var truth = turn.Step.Truth is null ? "" : turn.Step.Truth == turn.Text ? "   (right)" : $"   (right would be: {turn.Step.Truth})";
        output.WriteLine($"model  {(turn.Shown.Length > 0 ? turn.Shown : turn.State)}{truth}");
        output.WriteLine($"       {turn.Elapsed.TotalSeconds:0.0} s, the first word or picture after {turn.FirstWord.TotalSeconds:0.00} s");
        output.WriteLine();
        output.Flush();
    }

    private static void Conclude(TextWriter output, bool isJson, List<DemoTurn> turns, string transcript, string page)
    {
        if (isJson)
        {
            var report = new JsonObject
            {
                ["turns"] = new JsonArray([.. turns.Select(turn => turn.ToJson())]),
                ["transcript"] = transcript,
                ["page"] = page,
                ["seconds"] = Math.Round(turns.Sum(turn => turn.Elapsed.TotalSeconds), 3),
            };
            output.WriteLine(report.ToJsonString());
            return;
        }

        var pictures = turns.Sum(turn => turn.Pictures.Count);
        output.WriteLine($"{turns.Count} turns, {pictures} {(pictures == 1 ? "picture" : "pictures")} painted in {turns.Sum(turn => turn.Elapsed.TotalSeconds):0.0} s. The model is small and a beginning: it is often wrong.");
        output.WriteLine($"Transcript: {transcript}");
        output.WriteLine($"Page: {page}");
    }

    private static int Port(int? wanted)
    {
        if (wanted is { } port)
        {
            return port is >= 1 and <= ushort.MaxValue ? port : throw new CommandException($"--http must be 1 to {ushort.MaxValue}; it is {port}.");
        }

        return FreePort.IsFree(UsualPort) ? UsualPort : FreePort.Next();
    }
}
