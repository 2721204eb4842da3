using System.CommandLine;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Silo.Conversion;
using MmiGrains.Silo.Inspection;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi merge</c>: a model and adapters trained on it, to one model's folder without adapters.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Model = new("DIR") { Description = "The model's folder." };
    private static readonly Argument<string?> Adapters = new("ADAPTERS") { Description = $"The folder with {AdapterFolder.WeightsName}; without it, the model's own.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Out = new("--out") { Description = "The folder to make.", HelpName = "DIR", Required = true };
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the folder if convert, merge or train made it." };

    public static Command Create()
    {
        var command = new Command("merge", "Add trained adapters to the weights they were trained on.") { Model, Adapters, Out, Overwrite };
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult given, CancellationToken cancellation)
    {
        var (folder, to, output) = (given.GetRequiredValue(Model), given.GetRequiredValue(Out), given.InvocationConfiguration.Output);
        var adapters = given.GetValue(Adapters) ?? folder;
        if (!AdapterFolder.Exists(adapters))
        {
            throw new CommandException($"'{adapters}' is no folder with {AdapterFolder.WeightsName}.");
        }

        NewFolder.RequireFree(to, given.GetValue(Overwrite));
        var config = ConfigFile.Read(Path.Combine(folder, ModelFolder.ConfigName));
        using var weights = NamedSource.Open(folder);
        using var deltas = AdapterDeltas.Open(adapters);
        using var merged = new MergedTensors(weights.Tensors, deltas);
        var plan = ConversionPlan.Make(ModelOutline.Of(config), [new NamedSource("", merged)], type: null);
        plan.RequireComplete($"'{weights.Tensors.Path}'");

        var tokenizer = Path.Combine(folder, ModelFolder.TokenizerName);
        var writer = new ModelWriter(plan, config, File.Exists(tokenizer) ? tokenizer : null);
        NewFolder.Write(to, plan.ByteCount, fresh => writer.Write(
            fresh, ModelWriter.LargestFile, (name, bytes) => output.WriteLine($"wrote {name}, {Units.Bytes(bytes)}"), cancellation));
        output.WriteLine($"{Units.Count(deltas.Layers.Count)} adapters are merged into the model in '{to}'");
        return ExitCode.Done;
    }
}
