using System.Text.RegularExpressions;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Serving;
using MmiGrains.Grains.Hosting;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;

namespace MmiGrains.Grains.Serving;

/// <summary>The folder of promoted models, which all silos share: copies, since a run's checkpoints come and go.</summary>
/// <param name="root">The folder.</param>
internal sealed partial class PromotedModels(string root)
{
    private const string Unfinished = ".writing";
    private const int NameLength = 16;

    private static readonly string[] Served = [ModelFolder.ConfigName, AdapterFolder.ConfigName, "*.safetensors", "*.safetensors.index.json", "*.bin", "*.bin.index.json"];

    /// <summary>Copies a model here, whole or not at all.</summary>
    /// <param name="folder">A model's folder, or a checkpoint.</param>
    /// <param name="served">The folder of the model in whose place it comes.</param>
    /// <exception cref="InvalidPromotionException">Conversations could not go on with it, or it is damaged.</exception>
    public ModelRef Take(string folder, string served)
    {
        Require(Directory.Exists(folder), $"folder must be a model's folder, as the silos see it; there is no '{folder}'.");
        try
        {
            var hasManifest = File.Exists(Path.Combine(folder, WeightManifest.FileName));
            if (hasManifest)
            {
                WeightManifest.Verify(folder);
            }

            RequireSameWords(folder, served);
            Directory.CreateDirectory(root);
            var writing = Path.Combine(root, $"{Guid.NewGuid():N}{Unfinished}");
            Copy(folder, writing, served, isWhole: hasManifest && File.Exists(Path.Combine(folder, ModelFolder.TokenizerName)));
            var hash = ServedModel.HashOf(writing);
            var place = Path.GetFullPath(Path.Combine(root, hash[..NameLength]));
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }

            Directory.Move(writing, place);
            return new ModelRef(hash, place);
        }
        catch (Exception problem) when (problem is WeightFileException or ConfigException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidPromotionException("model_unreadable", $"The model '{folder}' cannot be promoted: {problem.Message}");
        }
    }

    /// <summary>Deletes copies that nobody will serve again; what is not named like one stays.</summary>
    public void KeepOnly(IEnumerable<ModelRef?> models)
    {
        var kept = models.Select(model => model?.Folder).ToHashSet();
        foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(Path.GetFullPath(root)) : [])
        {
            if (!kept.Contains(folder) && OwnName().IsMatch(Path.GetFileName(folder)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    // A checkpoint has a trainer's state beside the weights, which is not served, and no tokenizer.
    private static void Copy(string folder, string to, string served, bool isWhole)
    {
        Directory.CreateDirectory(to);
        string[] names = isWhole ? [.. WeightManifest.Read(folder).Files.Select(file => file.Name), WeightManifest.FileName]
            : [.. Served.SelectMany(kind => Directory.GetFiles(folder, kind)).Select(Path.GetFileName).OfType<string>().Except([CheckpointFolder.TrainerState])];
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
            File.Copy(Path.Combine(folder, name), Path.Combine(to, name));
        }

        if (!isWhole)
        {
            File.Copy(Path.Combine(served, ModelFolder.TokenizerName), Path.Combine(to, ModelFolder.TokenizerName));
            WeightManifest.Write(to);
        }
    }

    // Conversations hold tokens: whoever goes on with them must read them alike.
    private static void RequireSameWords(string folder, string served)
    {
        var (own, theirs) = (ConfigFile.Read(Path.Combine(folder, ModelFolder.ConfigName)), ConfigFile.Read(Path.Combine(served, ModelFolder.ConfigName)));
        Require(
            own.Sequence.VocabSizeTotal == theirs.Sequence.VocabSizeTotal && own.SpecialTokens == theirs.SpecialTokens,
            $"folder must hold a model with the vocabulary of the served one, of {theirs.Sequence.VocabSizeTotal} tokens, since conversations hold its tokens; '{folder}' has {own.Sequence.VocabSizeTotal}.");
        var tokenizer = Path.Combine(folder, ModelFolder.TokenizerName);
        Require(
            !File.Exists(tokenizer) || File.ReadAllBytes(tokenizer).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(served, ModelFolder.TokenizerName))),
            $"folder must hold a model with the tokenizer of the served one, since conversations hold its tokens; '{tokenizer}' is another.");
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new InvalidPromotionException("model_not_servable", sentence);
        }
    }

    [GeneratedRegex(@"\A([0-9a-f]{16}|[0-9a-f]{32}\.writing)\z")]
    private static partial Regex OwnName();
}
