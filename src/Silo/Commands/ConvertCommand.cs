using System.CommandLine;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Text;
using MmiGrains.Silo.Conversion;
using MmiGrains.Silo.Inspection;
using MmiGrains.Silo.Terminal;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi convert</c>: published weights, in whatever files they come, to one folder that every other command takes.</summary>
internal static class ConvertCommand
{
    private static readonly (string Name, ScalarType Type)[] Types =
        [("f32", ScalarType.Float32), ("f16", ScalarType.Float16), ("bf16", ScalarType.BFloat16)];

    public static Command Create()
    {
        var sources = new Argument<string[]>("SOURCE")
        {
            Description = "Safetensors, PyTorch .bin, the index of several, or a folder with one of them. Later ones fill what earlier ones lack. "
                + "PREFIX=PATH puts PREFIX before the names: image_decoder.decoder.vae=vae.safetensors.",
            Arity = ArgumentArity.OneOrMore,
        };
        var to = new Option<string>("--out") { Description = "The folder to make.", HelpName = "DIR", Required = true };
        var config = new Option<string>("--config") { Description = $"What the model looks like: {ConfigChoice.Forms}.", HelpName = "NAME_OR_FILE", Required = true };
        var type = new Option<string?>("--dtype") { Description = "Type of the weights; without it each keeps its own.", HelpName = "f32|f16|bf16" };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "The SentencePiece model to put beside the weights.", HelpName = "FILE" };
        var partial = new Option<bool>("--partial") { Description = "Convert what fits, and list what is missing or left over." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the folder if convert made it." };
        type.AcceptOnlyFromAmong([.. Types.Select(known => known.Name)]);

        var command = new Command("convert", "Turn published weights into a folder for this program.") { sources, to, config, type, tokenizer, partial, overwrite };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(
                new Request(
                    parsed.GetRequiredValue(sources),
                    parsed.GetRequiredValue(to),
                    parsed.GetRequiredValue(config),
                    parsed.GetValue(type) is { } name ? Types.Single(known => known.Name == name).Type : null,
                    parsed.GetValue(tokenizer),
                    parsed.GetValue(partial),
                    parsed.GetValue(overwrite)),
                parsed.InvocationConfiguration.Output,
                cancellation),
            cancellation));
        return command;
    }

    private static int Run(Request request, TextWriter output, CancellationToken cancellation)
    {
        NewFolder.RequireFree(request.Out, request.Overwrite);
        var config = ConfigChoice.Read(request.Config);
        if (request.Tokenizer is { } file)
        {
            _ = LlamaTokenizer.Load(file, embeddingRows: config.Sequence.VocabSizeTotal);
        }

        var sources = new List<NamedSource>();
        try
        {
            sources.AddRange(request.Sources.Select(NamedSource.Open));
            var plan = ConversionPlan.Make(ModelOutline.Of(config), sources, request.Type);
            if (!request.Partial)
            {
                plan.RequireComplete(string.Join(" and ", sources.Select(source => $"'{source.Tensors.Path}'")));
            }

            if (plan.Tensors.Count == 0)
            {
                throw new CommandException($"'{sources[0].Tensors.Path}' holds nothing that the model has a place for.");
            }

            Describe(plan, sources, output);
            var writer = new ModelWriter(plan, config, request.Tokenizer);
            NewFolder.Write(request.Out, plan.ByteCount, folder => writer.Write(
                folder, ModelWriter.LargestFile, (name, bytes) => output.WriteLine($"wrote {name}, {Units.Bytes(bytes)}"), cancellation));
            output.WriteLine($"{Units.Count(plan.Tensors.Count)} tensors, {Units.Bytes(plan.ByteCount)}, are in '{request.Out}'");
            return ExitCode.Done;
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    private static void Describe(ConversionPlan plan, IReadOnlyList<NamedSource> sources, TextWriter output)
    {
        foreach (var (source, used) in sources.Zip(plan.Used))
        {
            output.WriteLine($"{Units.Count(used)} of {Units.Count(source.Tensors.Entries.Count)} tensors come from '{source.Tensors.Path}'");
        }

        foreach (var source in sources.Where(source => AdapterFolder.Exists(Path.GetDirectoryName(source.Tensors.Path)!)))
        {
            output.WriteLine($"the adapters beside '{source.Tensors.Path}' are not converted; mmi merge adds them to the weights");
        }

        foreach (var (what, names) in new[] { ("missing", plan.Missing), ("left over", plan.LeftOver) })
        {
            foreach (var name in names)
            {
                output.WriteLine($"{what}: {name}");
            }
        }
    }

    private sealed record Request(
        IReadOnlyList<string> Sources, string Out, string Config, ScalarType? Type, string? Tokenizer, bool Partial, bool Overwrite);
}
