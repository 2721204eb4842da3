using System.CommandLine;
using MmiGrains.Model.Weights;
using MmiGrains.Silo.Inspection;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi inspect</c>: the tensors of weight files, or of a configuration without any weights, and how large the parts are.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string?>("PATH") { Description = "A weight file, the index of several, or a folder with one of them.", Arity = ArgumentArity.ZeroOrOne };
        var config = new Option<string?>("--config") { Description = $"Instead of weights, a configuration: {ConfigChoice.Forms}.", HelpName = "NAME_OR_FILE" };
        var keys = new Option<bool>("--keys") { Description = "Print only name, shape, type and kind, separated by tabs." };
        var summary = new Option<bool>("--summary") { Description = "Print only the table of parts." };
        var command = new Command("inspect", "List tensors and the sizes of a model's parts.") { path, config, keys, summary };
        command.Validators.Add(result =>
        {
            if (result.GetValue(path) is null == (result.GetValue(config) is null))
            {
                result.AddError("Give either a PATH or --config");
            }
            else if (result.GetValue(keys) && result.GetValue(summary))
            {
                result.AddError("Give either --keys or --summary");
            }
        });
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var tensors = parsed.GetValue(config) is { } name ? ModelOutline.Of(ConfigChoice.Read(name)) : Read(parsed.GetRequiredValue(path)!);
            if (parsed.GetValue(keys))
            {
                WriteKeys(tensors, output);
                return;
            }

            if (!parsed.GetValue(summary))
            {
                WriteTensors(tensors, output);
                output.WriteLine();
            }

            WriteParts(tensors, output);
        });
        return command;
    }

    private static IReadOnlyList<TensorInfo> Read(string path)
    {
        using var source = TensorSource.Open(path);
        return ModelOutline.Of(source);
    }

    private static void WriteKeys(IReadOnlyList<TensorInfo> tensors, TextWriter output)
    {
        output.Write("name\tshape\tdtype\tkind\n");
        foreach (var tensor in tensors)
        {
            output.Write($"{tensor.Name}\t{tensor.ShapeText}\t{tensor.TypeText}\t{tensor.Kind}\n");
        }
    }

    private static void WriteTensors(IReadOnlyList<TensorInfo> tensors, TextWriter output)
    {
        var table = new TextTable("tensor", ">shape", "type");
        foreach (var tensor in tensors)
        {
            table.Add(tensor.Name, tensor.Shape.Count == 0 ? "scalar" : tensor.ShapeText, tensor.TypeText);
        }

        table.Write(output);
    }

    private static void WriteParts(IReadOnlyList<TensorInfo> tensors, TextWriter output)
    {
        var isModel = ModelParts.AreKnown(tensors);
        var table = isModel
            ? new TextTable("part", ">tensors", ">parameters", ">trainable", ">size")
            : new TextTable("part", ">tensors", ">elements", ">size");
        foreach (var (module, parts) in ModelParts.Group(tensors))
        {
            AddRow(module, [.. parts.SelectMany(part => part.Tensors)]);
            foreach (var (part, members) in parts.Count > 1 ? parts : [])
            {
                AddRow($"  {part}", members);
            }
        }

        table.AddGap();
        AddRow("total", tensors);
        table.Write(output);

        void AddRow(string name, IReadOnlyList<TensorInfo> members)
        {
            var (count, size) = (Units.Count(members.Count), Units.Bytes(members.Sum(tensor => tensor.ByteCount)));
            var parameters = Units.Count(members.Where(tensor => !tensor.IsBuffer).Sum(tensor => tensor.ElementCount));
            var trainable = Units.Count(members.Where(tensor => tensor.IsTrainable).Sum(tensor => tensor.ElementCount));
            table.Add(isModel ? [name, count, parameters, trainable, size] : [name, count, parameters, size]);
        }
    }
}
