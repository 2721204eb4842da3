using System.CommandLine;
using System.Globalization;
using MmiGrains.Silo.Chaos;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary>
/// <c>mmi chaos</c>: breaks a real cluster again and again while users talk to it, and checks that nothing acknowledged is lost; or, with <c>--soak</c>, lets
/// them talk for long and checks that no memory piles up.
/// </summary>
internal static class ChaosCommand
{
    private static readonly Option<int> Kills = new("--kills") { Description = "Faults.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private static readonly Option<string> Kind = new("--kind") { Description = "What happens: silo (killed), store (killed), pause (15 s), or scale (1 to 3 silos and back).", HelpName = "KIND", DefaultValueFactory = _ => "silo" };
    private static readonly Option<double?> Soak = new("--soak") { Description = "Break nothing, but watch the silos' memory for so many minutes.", HelpName = "MINUTES" };
    private static readonly Option<int?> Sessions = new("--sessions") { Description = "Sessions that talk all the time: 20, or 32 in a soak.", HelpName = "N" };
    private static readonly Option<int?> Silos = new("--silos") { Description = "Silos: 3, or 1 in a soak.", HelpName = "N" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the faults.", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Model = new("--model") { Description = "The model's folder.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the clients' logs and the store.", HelpName = "DIR" };

    public static Command Create()
    {
        var command = new Command("chaos", "Break a real cluster again and again, and check that nothing is lost.") { Kills, Kind, Soak, Sessions, Silos, Seed, Model, Out };
        Kind.AcceptOnlyFromAmong("silo", "store", "pause", "scale");
        command.SetAction((given, cancellation) => given.GetValue(Soak) is { } minutes ? SoakAsync(given, minutes, cancellation) : RunAsync(given, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellation)
    {
        var output = given.InvocationConfiguration.Output;
        var options = new ChaosOptions
        {
            Kills = Least(Kills, given.GetValue(Kills), 0),
            Kind = given.GetValue(Kind) switch { "store" => ChaosKind.KillStore, "pause" => ChaosKind.PauseSilo, "scale" => ChaosKind.Scale, _ => ChaosKind.KillSilo },
            Sessions = Least(Sessions, given.GetValue(Sessions) ?? 20, 1),
            Silos = Least(Silos, given.GetValue(Silos) ?? 3, 1),
            Seed = given.GetValue(Seed),
            Model = given.GetValue(Model)!,
            Folder = Folder(given),
        };
        await using var run = new ChaosRun(options, output.WriteLine);
        var report = await run.RunAsync(cancellation);
        var table = new TextTable(">faults", ">turns", ">events", ">retries", ">most", ">slowest turn", ">gave up", ">broken promises", ">time");
        table.Add(
            $"{report.Faults}", $"{report.Turns}", $"{report.Events}", $"{report.Retries}", $"{report.MostRetries}", $"{report.SlowestTurn.TotalSeconds:0} s",
            $"{report.GaveUp}", $"{report.Wrong.Count}", $"{report.Elapsed.TotalSeconds:0} s");
        table.Write(output);
        if (report.GaveUp > 0)
        {
            output.WriteLine($"{report.GaveUp} times a client heard nothing for {ChaosClient.Patience.TotalSeconds:0} s; it came back when the faults were over.");
        }

        foreach (var wrong in report.Wrong)
        {
            output.WriteLine(wrong);
        }

        output.WriteLine($"Logs are in '{options.Folder}'; seed {options.Seed}.");
        return report is { Wrong.Count: 0, GaveUp: 0 } ? ExitCode.Done : ExitCode.NotEqual;
    }

    private static async Task<int> SoakAsync(ParseResult given, double minutes, CancellationToken cancellation)
    {
        var output = given.InvocationConfiguration.Output;
        var options = new SoakOptions
        {
            Time = minutes is >= 0.5 and <= 1440 ? TimeSpan.FromMinutes(minutes) : throw new CommandException($"--soak must be 0.5 to 1440 minutes; it is {minutes}."),
            Sessions = Least(Sessions, given.GetValue(Sessions) ?? 32, 1),
            Silos = Least(Silos, given.GetValue(Silos) ?? 1, 1),
            Model = given.GetValue(Model)!,
            Folder = Folder(given),
        };
        await using var run = new SoakRun(options, output.WriteLine);
        var report = await run.RunAsync(cancellation);
        var table = new TextTable(">silo", ">from", ">to", ">growth", ">an hour");
        foreach (var (silo, trend) in report.Trends)
        {
            table.Add(
                $"{silo}", Units.Bytes((long)trend.Start), Units.Bytes((long)(trend.Start + (trend.BytesPerSecond * trend.Seconds))),
                Percent(trend.Growth), Percent(trend.GrowthPerHour));
        }

        table.Write(output);
        output.WriteLine($"{report.Turns} turns of {report.Sessions} sessions, at most {report.Retries} retries; samples are in '{report.Samples}'.");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Memory {(report.IsFlat ? "is flat" : "grows")}: {SoakReport.MostGrowth:P0} over the last three quarters are let pass."));
        return report.IsFlat ? ExitCode.Done : ExitCode.NotEqual;
    }

    private static string Percent(double share) => share.ToString("+0.00 %;-0.00 %", CultureInfo.InvariantCulture);

    private static string Folder(ParseResult given) => given.GetValue(Out) ?? Path.Combine(Path.GetTempPath(), $"mmi-chaos-{Guid.NewGuid():N}");

    private static int Least(Option option, int value, int least) =>
        value >= least ? value : throw new CommandException($"{option.Name} must be at least {least}; it is {value}.");
}
