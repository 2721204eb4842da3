namespace MmiGrains.Model.Weights;

/// <summary>Opens weights in whatever form they come: told by content rather than by name.</summary>
public static class TensorSource
{
    private static readonly string[] SafetensorsNames = ["model.safetensors", "weights.safetensors", "diffusion_pytorch_model.safetensors", "*.safetensors.index.json"];
    private static readonly string[] PyTorchNames = ["pytorch_model.bin", "diffusion_pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>
    /// Opens a safetensors file, a PyTorch checkpoint, the index of several of either, or a folder that holds one of
    /// these under its usual name. In a folder safetensors go before PyTorch; two of the same kind are ambiguous.
    /// </summary>
    /// <exception cref="WeightFileException">There is nothing there, more than one thing, or it is malformed; or a pickle bears the name of safetensors.</exception>
    public static ITensorSource Open(string path)
    {
        var file = Directory.Exists(path) ? FileIn(path) : path;
        return KindOf(file) == WeightFileKind.Index ? ShardedCheckpoint.Open(file) : OpenOneFile(file);
    }

    /// <summary>Opens a file that holds tensors itself. An index would be a shard of itself or of another, and is refused.</summary>
    internal static ITensorSource OpenOneFile(string path)
    {
        return KindOf(path) switch
        {
            WeightFileKind.Safetensors => SafetensorsFile.Open(path),
            WeightFileKind.PyTorch => PyTorchCheckpoint.Open(path),
            WeightFileKind.Index => throw new WeightFileException(path, "is an index where a file of tensors belongs."),
            _ => throw new WeightFileException(path, "is neither a safetensors file, nor a PyTorch checkpoint, nor the index of several."),
        };
    }

    private static string FileIn(string folder)
    {
        foreach (var names in new[] { SafetensorsNames, PyTorchNames })
        {
            var found = names.SelectMany(name => Directory.EnumerateFiles(folder, name)).Order(StringComparer.Ordinal).ToList();
            if (found.Count > 1)
            {
                throw new WeightFileException(
                    folder, $"holds both '{Path.GetFileName(found[0])}' and '{Path.GetFileName(found[1])}', and does not say which one is meant.");
            }

            if (found.Count == 1)
            {
                return found[0];
            }
        }

        throw new WeightFileException(folder, $"holds none of {string.Join(", ", SafetensorsNames.Concat(PyTorchNames))}.");
    }

    private static WeightFileKind KindOf(string path)
    {
        using var file = MappedFile.Open(path);
        var opening = file.Span(0, (int)Math.Min(file.Length, 9));

        // Text cannot pass for a header's length: eight of its letters make a number beyond any file. Nor can a pickle's first opcodes.
        if (opening.Length == 9 && opening[8] == '{' && BitConverter.ToUInt64(opening) <= (ulong)file.Length)
        {
            return WeightFileKind.Safetensors;
        }

        if (opening.StartsWith("PK"u8) || opening is [0x80, <= 5, ..])
        {
            return Path.GetExtension(path) != ".safetensors" ? WeightFileKind.PyTorch
                : throw new WeightFileException(path, "is a PyTorch pickle under the name of safetensors: pickle is not supported there, and .bin is what it is called where it is meant.");
        }

        if (opening.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return WeightFileKind.Index;
        }

        // Damaged at its very beginning: the reader that its name calls for can say how.
        return Path.GetExtension(path) switch
        {
            ".safetensors" => WeightFileKind.Safetensors,
            ".bin" or ".pt" or ".pth" => WeightFileKind.PyTorch,
            ".json" => WeightFileKind.Index,
            _ => WeightFileKind.Unknown,
        };
    }
}
