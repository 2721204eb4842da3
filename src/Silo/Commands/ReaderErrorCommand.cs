using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Metrics;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;
using MmiGrains.Silo.Terminal;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi reader</c>: how often the reader of scenes is wrong, on pictures of which everything is known.</summary>
internal static class ReaderErrorCommand
{
    private const int MaxCount = 1_000_000;
    private const int MinSide = 16;
    private const int MaxSide = 1024;
    private const double MaxNoise = 255;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many scenes of the validation split.", DefaultValueFactory = _ => 10_000 };
        var side = new Option<int>("--side") { Description = "Side of the pictures in pixels.", DefaultValueFactory = _ => 64 };
        var noise = new Option<double>("--noise") { Description = "Standard deviation of noise on them, of 255.", DefaultValueFactory = _ => 0 };
        var through = new Option<string?>("--through") { Description = "Pass the pictures through this model's autoencoder first: no painted picture is read better.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print an object instead of tables." };
        var command = new Command("reader", "Measure the error of what reads scenes off pictures.") { count, side, noise, through, json };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(
                (int)Within("--count", parsed.GetValue(count), 1, MaxCount),
                (int)Within("--side", parsed.GetValue(side), MinSide, MaxSide),
                Within("--noise", parsed.GetValue(noise), 0, MaxNoise),
                parsed.GetValue(through),
                parsed.GetValue(json),
                parsed.InvocationConfiguration.Output,
                cancellation),
            cancellation));
        return command;
    }

    private static int Run(int count, int side, double noise, string? through, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        using var model = through is null ? null : ModelFolder.Load(through);
        if (model is not null && model.Config.ImageResolutionDecoder != side)
        {
            throw new CommandException($"--side is {side}; the autoencoder of '{through}' takes pictures of {model.Config.ImageResolutionDecoder} pixels.");
        }

        var error = ReaderError.Measure(count, side, noise, model is null ? null : picture => Reconstruct(model, picture), cancellation);
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(Summary(error, side, noise), Json));
            return ExitCode.Done;
        }

        WriteTotals(error, output);
        foreach (var (attribute, confusion) in error.Score.Confusion)
        {
            output.WriteLine();
            WriteConfusion(attribute, confusion, output);
        }

        return ExitCode.Done;
    }

    private static RgbImage Reconstruct(MmInterleaved model, RgbImage picture)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        return ImageProcessor.FromTensor(model.ImageDecoder.Reconstruct(ImageProcessor.ToTensor(picture))[0]);
    }

    private static object Summary(ReaderError error, int side, double noise)
    {
        var score = error.Score;
        var (_, low, high) = Intervals.Proportion(score.ObjectsRight, score.Objects);
        return new
        {
            side,
            noise,
            score.Pictures,
            score.PicturesRight,
            score.BackgroundsRight,
            score.Objects,
            score.ObjectsRight,
            Share = (double)score.ObjectsRight / score.Objects,
            Low = low,
            High = high,
            score.Missed,
            score.Invented,
            score.Unreadable,
            MillisecondsPerPicture = error.ReadingTime.TotalMilliseconds,
            Attributes = score.Confusion.Select(each => new
            {
                Name = each.Key.ToString(),
                Share = (double)each.Value.Right / each.Value.Total,
                each.Value.Values,
                Confusion = Enumerable.Range(0, each.Value.Nothing + 1).Select(row => Row(each.Value, row)),
            }),
        };
    }

    private static void WriteTotals(ReaderError error, TextWriter output)
    {
        var score = error.Score;
        var table = new TextTable("what", ">right", ">of", ">share", "95 % interval");
        Add("objects, every attribute", score.ObjectsRight, score.Objects);
        foreach (var (attribute, confusion) in score.Confusion)
        {
            Add($"  {attribute.ToString().ToLowerInvariant()}", confusion.Right, confusion.Total);
        }

        Add("backgrounds", score.BackgroundsRight, score.Pictures);
        Add("pictures, everything", score.PicturesRight, score.Pictures);
        table.Write(output);
        output.WriteLine();
        output.WriteLine($"{Units.Count(score.Missed)} objects missed, {Units.Count(score.Invented)} invented, {Units.Count(score.Unreadable)} unreadable");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{error.ReadingTime.TotalMilliseconds:0.0} ms per picture and core"));

        void Add(string what, int right, int total)
        {
            var (_, low, high) = Intervals.Proportion(right, total);
            table.Add(what, Units.Count(right), Units.Count(total), Percent((double)right / total), $"{Percent(low)} to {Percent(high)}");
        }
    }

    // Rows are what was drawn, columns what was read.
    private static void WriteConfusion(ObjectAttributes attribute, ConfusionMatrix confusion, TextWriter output)
    {
        string[] names = [.. confusion.Values.Select(name => name.ToLowerInvariant()), "nothing"];
        var table = new TextTable([attribute.ToString().ToLowerInvariant(), .. names.Select(name => $">{name}")]);
        for (var row = 0; row < names.Length; row++)
        {
            table.Add([names[row], .. Row(confusion, row).Select(number => number == 0 ? "." : Units.Count(number))]);
        }

        table.Write(output);
    }

    private static IEnumerable<int> Row(ConfusionMatrix confusion, int row) =>
        Enumerable.Range(0, confusion.Nothing + 1).Select(column => confusion[row, column]);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.00} %");

    private static double Within(string option, double value, double least, double most) => value >= least && value <= most
        ? value
        : throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it is {least} to {most}."));
}
