using System.Text.Json;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;

namespace MmiGrains.Silo.Conversion;

/// <summary>Writes a model's folder: safetensors of bounded size, the configuration, perhaps a tokenizer, and the manifest.</summary>
internal sealed class ModelWriter(ConversionPlan plan, MmInterleavedConfig config, string? tokenizer)
{
    /// <summary>Larger models are cut into files of at most so many bytes, as others do.</summary>
    public const long LargestFile = 4L << 30;

    private static readonly Dictionary<string, string> Notes = new() { ["format"] = "pt" };

    /// <summary>Fills a folder that exists and is empty.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="largestFile">Bytes of tensors in one file; a tensor that is larger gets a file of its own.</param>
    /// <param name="written">Called with the name and size of each weight file when it is done.</param>
    /// <param name="cancellation">Looked at before each tensor.</param>
    public void Write(string folder, long largestFile, Action<string, long> written, CancellationToken cancellation)
    {
        WriteWeights(folder, largestFile, written, cancellation);
        ConfigFile.Write(Path.Combine(folder, ModelFolder.ConfigName), config);
        if (tokenizer is not null)
        {
            File.Copy(tokenizer, Path.Combine(folder, ModelFolder.TokenizerName));
        }

        WeightManifest.Write(folder);
    }

    /// <summary>Cuts tensors, in order, into runs of at most so many bytes.</summary>
    public static IReadOnlyList<IReadOnlyList<PlannedTensor>> Cut(IReadOnlyList<PlannedTensor> tensors, long largestFile)
    {
        var files = new List<List<PlannedTensor>> { new() };
        var bytes = 0L;
        foreach (var tensor in tensors)
        {
            if (bytes + tensor.ByteCount > largestFile && files[^1].Count > 0)
            {
                files.Add([]);
                bytes = 0;
            }

            files[^1].Add(tensor);
            bytes += tensor.ByteCount;
        }

        return files;
    }

    private void WriteWeights(string folder, long largestFile, Action<string, long> written, CancellationToken cancellation)
    {
        var files = Cut(plan.Tensors, largestFile);
        string Name(int index) => files.Count == 1 ? "model.safetensors" : $"model-{index + 1:D5}-of-{files.Count:D5}.safetensors";
        for (var i = 0; i < files.Count; i++)
        {
            var path = Path.Combine(folder, Name(i));
            SafetensorsFile.Write(path, new ConvertedTensors(path, files[i], cancellation), Notes);
            written(Name(i), new FileInfo(path).Length);
        }

        if (files.Count > 1)
        {
            WriteIndex(Path.Combine(folder, "model.safetensors.index.json"), files.SelectMany((tensors, i) => tensors.Select(tensor => (tensor.Name, Name(i)))));
        }
    }

    private void WriteIndex(string path, IEnumerable<(string Tensor, string File)> places)
    {
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", plan.ByteCount);
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        foreach (var (tensor, file) in places)
        {
            json.WriteString(tensor, file);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
