using System.CommandLine;
using System.Diagnostics;
using MmiGrains.Model.Parity;
using MmiGrains.Silo.Terminal;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi parity DIR</c>: runs recorded cases of the reference and says whether the results are equal.</summary>
internal static class ParityCommand
{
    private const int MostFailures = 5;

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder with config.json, weights, and cases/*.safetensors." };
        var part = new Option<string?>("--case") { Description = "Run only the cases with this in their names.", HelpName = "NAME_PART" };
        var half = new Option<bool>("--bf16") { Description = "Run in bfloat16, with 2e-2 as the least tolerance." };
        var command = new Command("parity", "Compare this model with recorded results of the reference.") { folder, part, half };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder), parsed.GetValue(part), parsed.GetValue(half) ? ScalarType.BFloat16 : ScalarType.Float32,
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string folder, string? part, ScalarType type, TextWriter output)
    {
        var names = Choose(folder, part);
        var model = ParityRunner.Model(folder, type);
        _ = model.Value; // weights that cannot be loaded are no difference between results

        var width = Math.Max("case".Length, names.Max(name => name.Length));
        output.WriteLine($"{"case".PadRight(width)}  {"tensors",7}  {"largest error",13}  {"time",8}");
        var equal = 0;
        foreach (var name in names)
        {
            var watch = Stopwatch.StartNew();
            var result = ParityRunner.Run(folder, name, model);
            equal += result.IsEqual ? 1 : 0;
            output.WriteLine(
                $"{name.PadRight(width)}  {Units.Count(result.TensorCount),7}  {Units.Error(result.LargestError),13}  "
                + $"{Units.Seconds(watch.Elapsed),8}  {(result.IsEqual ? "pass" : "FAIL")}");
            WriteFailures(result.Failures, output);
        }

        output.WriteLine();
        output.WriteLine($"{equal} of {names.Count} cases equal");
        return equal == names.Count ? ExitCode.Done : ExitCode.NotEqual;
    }

    private static IReadOnlyList<string> Choose(string folder, string? part)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"The folder '{folder}' does not exist.");
        }

        var all = ParityRunner.CaseNames(folder);
        if (all.Count == 0)
        {
            throw new CommandException($"The folder '{Path.Combine(folder, "cases")}' holds no cases: no file there ends in .safetensors.");
        }

        var chosen = all.Where(name => part is null || name.Contains(part, StringComparison.OrdinalIgnoreCase)).ToList();
        return chosen.Count > 0 ? chosen : throw new CommandException($"No case of '{folder}' has '{part}' in its name; there are {string.Join(", ", all)}.");
    }

    private static void WriteFailures(IReadOnlyList<string> failures, TextWriter output)
    {
        foreach (var failure in failures.Take(MostFailures))
        {
            output.WriteLine($"    {failure}");
        }

        if (failures.Count > MostFailures)
        {
            output.WriteLine($"    and {Units.Count(failures.Count - MostFailures)} more");
        }
    }
}
