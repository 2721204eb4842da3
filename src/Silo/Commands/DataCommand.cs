using System.CommandLine;
using System.Diagnostics;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Silo.Inspection;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi data</c>: reads samples of a data set and tells what is in them and what was skipped.</summary>
internal static class DataCommand
{
    private const int LongestText = 300;

    private static readonly Argument<string> Config = new("DATASET") { Description = "A data set's configuration, or a mixture's: a JSON file, or the JSON itself." };
    private static readonly Option<int> Count = new("--count") { Description = "Samples to read.", DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> Show = new("--show") { Description = "Samples to print.", DefaultValueFactory = _ => 3 };
    private static readonly Option<bool> Strict = new("--strict") { Description = "Stop at the first row that cannot be used." };
    private static readonly Option<bool> Images = new("--images") { Description = "Decode every image, too." };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of the order and of whatever is left to chance.", DefaultValueFactory = _ => 0 };

    public static Command Create()
    {
        var command = new Command("data", "Read samples of a data set, and count what it skips.") { Config, Count, Show, Strict, Images, Seed };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult given)
    {
        var (count, shown) = (given.GetValue(Count), given.GetValue(Show));
        if (count < 1 || shown < 0)
        {
            throw new CommandException($"--count must be at least 1 and --show at least 0; they are {count} and {shown}.");
        }

        var (text, output) = (given.GetValue(Config)!, given.InvocationConfiguration.Output);
        var config = text.AsSpan().TrimStart() is ['{' or '[', ..]
            ? DatasetConfig.Parse(text, Directory.GetCurrentDirectory(), "The configuration")
            : DatasetConfig.Read(text);
        var problems = new RowProblems(given.GetValue(Strict));
        using var stream = DatasetCatalog.Open(config, given.GetValue(Seed), problems);

        var tallies = new Dictionary<string, SampleTally>();
        var spent = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var sample = stream.Next();
            if (!tallies.TryGetValue(sample.Dataset, out var tally))
            {
                tallies.Add(sample.Dataset, tally = new SampleTally());
            }

            tally.Add(sample, given.GetValue(Images));
            if (i < shown)
            {
                Write(sample, output);
            }
        }

        spent.Stop();
        WriteTable(tallies, problems, output);
        output.WriteLine();
        output.WriteLine($"{Units.Count(count)} samples in {Units.Seconds(spent.Elapsed)}: {Units.Count((long)(count / Math.Max(spent.Elapsed.TotalSeconds, 1e-6)))} samples/s");
        foreach (var ledger in problems.Ledgers.Where(ledger => ledger.Summary().Length > 0))
        {
            output.WriteLine(ledger.Summary());
            foreach (var example in ledger.Examples)
            {
                output.WriteLine($"  {example.Origin}: {example.Message}");
            }
        }

        foreach (var damaged in tallies.Values.SelectMany(tally => tally.DamagedImages))
        {
            output.WriteLine($"  {damaged}");
        }

        return ExitCode.Done;
    }

    private static void Write(DataSample sample, TextWriter output)
    {
        output.WriteLine($"{sample.Dataset}: {sample.Origin}");
        foreach (var piece in sample.Pieces)
        {
            var content = piece switch
            {
                TextPiece text => Quote(text.Text),
                ImagePiece image => $"[{image.Image}]",
                _ => "(the turn ends)",
            };
            var options = piece is TextPiece { Choice: { } choice } ? $"  (option {choice.Target + 1} of {choice.Options.Count})" : "";
            output.WriteLine($"  {(piece.IsTrained ? "train" : "read ")}  {content}{options}");
        }

        output.WriteLine();
    }

    private static string Quote(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length <= LongestText ? $"\"{line}\"" : $"\"{line[..LongestText]}\"... ({Units.Count(text.Length)} characters)";
    }

    private static void WriteTable(Dictionary<string, SampleTally> tallies, RowProblems problems, TextWriter output)
    {
        var table = new TextTable("data set", ">samples", ">characters", ">of them trained", ">images", ">of them trained", ">damaged", ">rows skipped");
        foreach (var (name, tally) in tallies)
        {
            var skipped = problems.Ledgers.Where(ledger => ledger.Dataset == name).Sum(ledger => ledger.SkippedCount);
            table.Add(
                name, Units.Count(tally.Samples), Units.Count(tally.Characters), Units.Count(tally.TrainedCharacters), Units.Count(tally.Images),
                Units.Count(tally.TrainedImages), tally.AreDecoded ? Units.Count(tally.DamagedCount) : "-", Units.Count(skipped));
        }

        table.Write(output);
    }
}
