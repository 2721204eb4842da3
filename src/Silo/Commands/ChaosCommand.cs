using System.CommandLine;
using MmiGrains.Silo.Chaos;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi chaos</c>: breaks a real cluster again and again while users talk to it, and checks that nothing acknowledged is lost.</summary>
internal static class ChaosCommand
{
    private static readonly Option<int> Kills = new("--kills") { Description = "Faults.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private static readonly Option<string> Kind = new("--kind") { Description = "What happens: silo (killed), store (killed), pause (15 s), or scale (1 to 3 silos and back).", HelpName = "KIND", DefaultValueFactory = _ => "silo" };
    private static readonly Option<int> Sessions = new("--sessions") { Description = "Sessions that talk all the time.", HelpName = "N", DefaultValueFactory = _ => 20 };
    private static readonly Option<int> Silos = new("--silos") { Description = "Silos.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the faults.", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Model = new("--model") { Description = "The model's folder.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the clients' logs and the store.", HelpName = "DIR" };

    public static Command Create()
    {
        var command = new Command("chaos", "Break a real cluster again and again, and check that nothing is lost.") { Kills, Kind, Sessions, Silos, Seed, Model, Out };
        Kind.AcceptOnlyFromAmong("silo", "store", "pause", "scale");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellation)
    {
        var output = given.InvocationConfiguration.Output;
        var options = new ChaosOptions
        {
            Kills = Least(given, Kills, 0),
            Kind = given.GetValue(Kind) switch { "store" => ChaosKind.KillStore, "pause" => ChaosKind.PauseSilo, "scale" => ChaosKind.Scale, _ => ChaosKind.KillSilo },
            Sessions = Least(given, Sessions, 1),
            Silos = Least(given, Silos, 1),
            Seed = given.GetValue(Seed),
            Model = given.GetValue(Model)!,
            Folder = given.GetValue(Out) ?? Path.Combine(Path.GetTempPath(), $"mmi-chaos-{Guid.NewGuid():N}"),
        };
        await using var run = new ChaosRun(options, output.WriteLine);
        var report = await run.RunAsync(cancellation);
        var table = new TextTable(">faults", ">turns", ">events", ">retries", ">most", ">broken promises", ">time");
        table.Add($"{report.Faults}", $"{report.Turns}", $"{report.Events}", $"{report.Retries}", $"{report.MostRetries}", $"{report.Wrong.Count}", $"{report.Elapsed.TotalSeconds:0} s");
        table.Write(output);
        foreach (var wrong in report.Wrong)
        {
            output.WriteLine(wrong);
        }

        output.WriteLine($"Logs are in '{options.Folder}'; seed {options.Seed}.");
        return report.Wrong.Count == 0 ? ExitCode.Done : ExitCode.NotEqual;
    }

    private static int Least(ParseResult given, Option<int> option, int least)
    {
        var value = given.GetValue(option);
        return value >= least ? value : throw new CommandException($"{option.Name} must be at least {least}; it is {value}.");
    }
}
