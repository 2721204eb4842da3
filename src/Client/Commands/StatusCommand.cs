using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MmiGrains.Client.Terminal;
using MmiGrains.Contracts.Commands;
using Spectre.Console;

namespace MmiGrains.Client.Commands;

/// <summary><c>mmi status</c>: silos, roles, devices and queues, as they are now.</summary>
internal static class StatusCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "As the cluster tells it." };

    public static Command Create()
    {
        var command = new Command(RemoteCommands.Status.Name, RemoteCommands.Status.Summary) { Json };
        ClusterOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var client = ClusterOptions.Connect(parsed);
        var cluster = await client.ClusterAsync(cancellation);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            await output.WriteLineAsync(cluster.ToJsonString(new() { WriteIndented = true }));
            return ExitCode.Done;
        }

        var console = Consoles.On(output);
        console.Write(Silos(cluster));
        console.Write(Devices(cluster));
        console.Write(Queues(cluster));
        return ExitCode.Done;
    }

    private static Table Silos(JsonObject cluster)
    {
        var (table, now) = (New("Silos", "silo", "status", "up for", "roles"), (DateTimeOffset)cluster["time"]!);
        foreach (var silo in cluster["silos"]!.AsArray())
        {
            table.AddRow(Text(silo!["name"]), Text(silo["status"]), Span(now - (DateTimeOffset)silo["started"]!), Markup.Escape(string.Join(", ", silo["roles"]!.AsArray())));
        }

        return table;
    }

    private static Table Devices(JsonObject cluster)
    {
        var table = New("Devices", "silo", "device", "role", "at work", "waiting", "takes", "a second", "memory free", "cache", "model");
        foreach (var silo in cluster["silos"]!.AsArray())
        {
            foreach (var worker in silo!["workers"]!.AsArray())
            {
                var (open, slots) = ((int)worker!["open"]!, (int)worker["slots"]!);
                table.AddRow(
                    Text(silo["name"]), Text(worker["device"]), Text(worker["role"]), $"{Math.Min(open, slots)} of {slots}", $"{Math.Max(open - slots, 0)}", Text(worker["limit"]), Done(worker["rate"], worker["role"]),
                    (bool)worker["draining"]! ? "leaving" : !(bool)worker["serving"]! ? "other model" : string.Create(CultureInfo.InvariantCulture, $"{(double)worker["free_share"]! * 100:0} %"), Cache(worker), Short(worker["model"]));
            }
        }

        return table;
    }

    private static Table Queues(JsonObject cluster)
    {
        var table = New("Queues", "role", "workers", "at work", "waiting", "takes", "a second");
        foreach (var queue in cluster["queues"]!.AsArray())
        {
            table.AddRow(Text(queue!["role"]), Text(queue["workers"]), Text(queue["running"]), Text(queue["waiting"]), Text(queue["limit"]), Done(queue["rate"], queue["role"]));
        }

        return table;
    }

    private static string Done(JsonNode? rate, JsonNode? role) => (string?)role switch
    {
        "encoder" => $"{rate} images",
        "decoder" => $"{rate} tokens",
        "diffusion" => $"{rate} steps",
        _ => "",
    };

    private static string Cache(JsonNode worker) => worker["cache_limit"] is not { } limit ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{(double)worker["cache_bytes"]! / (1 << 20):0.#} of {(double)limit / (1 << 20):0} MiB");

    private static Table New(string title, params string[] columns) => new Table { Border = TableBorder.Simple, Title = new TableTitle(title) }.AddColumns(columns);

    private static string Text(JsonNode? value) => Markup.Escape(value?.ToString() ?? "");

    private static string Short(JsonNode? hash) => (string?)hash is { Length: > 8 } text ? text[..8] : "";

    private static string Span(TimeSpan time) => time.TotalDays >= 1 ? $"{time.Days} d {time.Hours} h" : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s";
}
