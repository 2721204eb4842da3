using System.CommandLine;
using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;
using MmiGrains.Silo.Benchmarks;
using MmiGrains.Silo.Conversion;
using MmiGrains.Silo.Samples;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi scenes</c>: samples of the small world to look at, or its texts, or how fast it is made.</summary>
internal static class ScenesCommand
{
    private const int MaxSide = 1024;
    private const int MaxCount = 10_000;
    private const int MaxTexts = 10_000_000;

    private static readonly string[] Tasks = [.. Enum.GetValues<SceneTask>().Select(SceneSamples.Name)];
    private static readonly string[] Splits = [.. Enum.GetValues<SceneSplit>().Select(SceneSamples.Name)];

    private static readonly Option<long> Seed = new("--seed") { Description = "Which samples: a seed's begin at index seed x 2^32 of each task.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string?> Task = new("--task") { Description = $"Only this task: {string.Join(", ", Tasks)}.", HelpName = "TASK" };
    private static readonly Option<string> Split = new("--split") { Description = $"{string.Join(", ", Splits)}.", DefaultValueFactory = _ => Splits[0], HelpName = "SPLIT" };
    private static readonly Option<int> Count = new("--count") { Description = "How many samples, or lines of text.", DefaultValueFactory = _ => 24 };
    private static readonly Option<int> Side = new("--side") { Description = "Side of the pictures in pixels.", DefaultValueFactory = _ => 64 };
    private static readonly Option<string?> Out = new("--out") { Description = "A new folder for pictures, samples.txt, records.jsonl and sheet.png.", HelpName = "DIR" };
    private static readonly Option<string?> Texts = new("--texts") { Description = "A new file for the texts alone, one a line, as a tokenizer is trained on.", HelpName = "FILE" };
    private static readonly Option<bool> Bench = new("--bench") { Description = "Print how many samples one thread makes in a second." };

    public static Command Create()
    {
        Task.AcceptOnlyFromAmong(Tasks);
        Split.AcceptOnlyFromAmong(Splits);
        var command = new Command("scenes", "Make samples of the small world that the mini model is trained in.") { Seed, Task, Split, Count, Side, Out, Texts, Bench };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult given)
    {
        var (folder, file, output) = (given.GetValue(Out), given.GetValue(Texts), given.InvocationConfiguration.Output);
        if ((folder is null ? 0 : 1) + (file is null ? 0 : 1) + (given.GetValue(Bench) ? 1 : 0) != 1)
        {
            throw new CommandException("scenes takes one of --out DIR, --texts FILE and --bench.");
        }

        var side = (int)Within("--side", given.GetValue(Side), 1, MaxSide);
        if (given.GetValue(Bench))
        {
            SceneBenchmark.Run(side, output);
            return ExitCode.Done;
        }

        var count = (int)Within("--count", given.GetValue(Count), 1, folder is null ? MaxTexts : MaxCount);
        var mixture = given.GetValue(Task) is { } task ? SceneMixture.Only(Enum.Parse<SceneTask>(task, ignoreCase: true)) : SceneMixture.Default;
        var split = Enum.Parse<SceneSplit>(given.GetValue(Split)!, ignoreCase: true);
        using var stream = new SceneStream(mixture, split, Within("--seed", given.GetValue(Seed), 0, SceneSamples.MaxSeed));
        if (folder is not null)
        {
            WriteFolder(folder, stream, count, side, output);
        }
        else
        {
            WriteTexts(file!, stream, count, output);
        }

        return ExitCode.Done;
    }

    private static void WriteFolder(string folder, SceneStream stream, int count, int side, TextWriter output)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new CommandException($"'{folder}' exists already; --out takes a new folder.");
        }

        var samples = Enumerable.Range(0, count).Select(_ => stream.NextSample()).ToList();
        NewFolder.Write(folder, 0, path => SceneFolder.Write(path, samples, side));
        output.WriteLine($"{Units.Count(count)} samples are in '{folder}'; {SceneFolder.SheetName} shows {(count > SceneFolder.SheetSamples ? $"the first {SceneFolder.SheetSamples}" : "them")}");
    }

    private static void WriteTexts(string file, SceneStream stream, int count, TextWriter output)
    {
        if (Path.Exists(file))
        {
            throw new CommandException($"'{file}' exists already; --texts takes a new file.");
        }

        using (var lines = new StreamWriter(file) { NewLine = "\n" })
        {
            for (var written = 0; written < count;)
            {
                foreach (var text in stream.Next().Pieces.OfType<TextPiece>().Take(count - written))
                {
                    lines.WriteLine(text.Text);
                    written++;
                }
            }
        }

        output.WriteLine($"{Units.Count(count)} lines are in '{file}'");
    }

    private static long Within(string option, long value, long least, long most) => value >= least && value <= most
        ? value
        : throw new CommandException($"{option} is {value}; it is {least} to {most}.");
}
