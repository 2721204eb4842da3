using System.Globalization;
using System.Security.Cryptography;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Weights;
using TorchSharp;

namespace MmiGrains.Model.Training;

/// <summary>
/// A run's checkpoints, each a folder named after its step: <c>config.json</c>, <c>model.safetensors</c>, <c>trainer.safetensors</c>
/// (optimizer and average) and <c>state.json</c>, with adapters their two files too, and a manifest. A folder is written under another name and renamed when it is whole, so whatever bears a
/// step's name can be resumed from.
/// </summary>
/// <param name="folder">Where they lie.</param>
/// <param name="keep">How many are kept.</param>
public sealed class CheckpointFolder(string folder, int keep)
{
    /// <summary>Name of a checkpoint's weights.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>Name of a checkpoint's optimizer and average.</summary>
    public const string TrainerState = "trainer.safetensors";

    private const string State = "state.json", Unfinished = ".writing";

    /// <summary>The newest checkpoint's folder; null where there is none.</summary>
    public string? Newest => Steps().LastOrDefault() is { } step ? Path.Combine(folder, step) : null;

    /// <summary>The newest checkpoint whose files are what its manifest says; null where there is none.</summary>
    /// <param name="note">Told of each that is passed over.</param>
    public string? NewestWhole(Action<string> note)
    {
        bool IsWhole(string checkpoint)
        {
            var damage = DamageOf(checkpoint);
            if (damage is not null)
            {
                note($"A checkpoint is passed over: {damage}");
            }

            return damage is null;
        }

        return Steps().Reverse().Select(step => Path.Combine(folder, step)).FirstOrDefault(IsWhole);
    }

    /// <summary>What a checkpoint is called by what it holds: SHA-256 of its manifest, 64 hexadecimal digits.</summary>
    public static string HashOf(string checkpoint) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(checkpoint, WeightManifest.FileName))));

    /// <summary>Writes a checkpoint and drops the oldest beyond those kept.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="model">Its weights.</param>
    /// <param name="config">Its sizes; the autoencoder's stage finds one of them.</param>
    /// <param name="trainer">Optimizer and average; null between stages.</param>
    /// <param name="adapters">The model's adapters; null for none.</param>
    /// <param name="more">Tensors beside those of the trainer; null for none.</param>
    /// <returns>Its folder.</returns>
    public string Write(
        TrainingCheckpoint state, MmInterleaved model, MmInterleavedConfig config, Trainer? trainer, LoraAdapters? adapters = null,
        IReadOnlyDictionary<string, torch.Tensor>? more = null)
    {
        Directory.CreateDirectory(folder);
        RemoveUnfinished();
        var whole = Path.Combine(folder, state.Step.ToString("D8", CultureInfo.InvariantCulture) + "-" + state.Stage);
        if (Directory.Exists(whole))
        {
            if (DamageOf(whole) is null)
            {
                return whole; // a resumed run comes by the same numbers again
            }

            Drop([Path.GetFileName(whole)]);
        }

        var writing = whole + Unfinished;
        Directory.CreateDirectory(writing);
        ConfigFile.Write(Path.Combine(writing, ModelFolder.ConfigName), config);
        SafetensorsFile.Write(Path.Combine(writing, Weights), Pairs(model.state_dict()));
        if (trainer is not null)
        {
            SafetensorsFile.Write(Path.Combine(writing, TrainerState), Pairs(TrainerTensors(trainer, more)));
        }

        if (adapters is not null)
        {
            AdapterFolder.Write(writing, adapters);
        }

        ConfigFile.Write(Path.Combine(writing, State), state);
        WeightManifest.Write(writing);
        Directory.Move(writing, whole);
        string[] later = [.. Steps().Where(name => string.CompareOrdinal(name, Path.GetFileName(whole)) > 0)]; // which were passed over, unless another writes here too
        Drop(later.Where(name => DamageOf(Path.Combine(folder, name)) is not null));
        Drop(Steps().SkipLast(keep));
        return whole;
    }

    /// <summary>Where the run of a checkpoint stands.</summary>
    public static TrainingCheckpoint ReadState(string checkpoint) =>
        ConfigFile.ReadStrictly<TrainingCheckpoint>(Path.Combine(checkpoint, State), "a checkpoint holds a state.json");

    /// <summary>The sizes of a checkpoint's model.</summary>
    public static MmInterleavedConfig ReadConfig(string checkpoint) => ConfigFile.Read(Path.Combine(checkpoint, ModelFolder.ConfigName));

    /// <summary>Fills a model with a checkpoint's weights.</summary>
    public static void ReadWeights(string checkpoint, MmInterleaved model)
    {
        using var weights = TensorSource.Open(Path.Combine(checkpoint, Weights));
        CheckpointLoader.Load(model, weights);
    }

    /// <summary>Fills optimizer and average, and tensors beside them.</summary>
    /// <exception cref="CheckpointMismatchException">The checkpoint's trainer had other parameters.</exception>
    public static void ReadTrainer(
        string checkpoint, TrainingCheckpoint state, Trainer trainer, IReadOnlyDictionary<string, torch.Tensor>? more = null)
    {
        using var source = TensorSource.Open(Path.Combine(checkpoint, TrainerState));
        var targets = TrainerTensors(trainer, more);
        var entries = source.Entries.Select(entry => entry.Name).ToHashSet();
        if (!entries.SetEquals(targets.Keys))
        {
            throw new CheckpointMismatchException(
                $"'{checkpoint}' was written by a trainer of {entries.Count} tensors; this one's {targets.Count} are not the same. The recipe has changed in what trains.");
        }

        using var quiet = torch.no_grad();
        foreach (var (name, target) in targets)
        {
            using var value = source.Read(name);
            target.copy_(value);
        }

        trainer.Optimizer.StepCount = state.StageStep;
    }

    private static string? DamageOf(string checkpoint)
    {
        try
        {
            WeightManifest.Verify(checkpoint);
            return null;
        }
        catch (Exception problem) when (problem is WeightFileException or IOException)
        {
            return problem.Message;
        }
    }

    // Half of a folder must not look whole.
    private void Drop(IEnumerable<string> names)
    {
        foreach (var path in names.Select(name => Path.Combine(folder, name)).ToArray())
        {
            Directory.Move(path, path + Unfinished);
        }

        RemoveUnfinished();
    }

    private static IEnumerable<(string Name, torch.Tensor Value)> Pairs(Dictionary<string, torch.Tensor> tensors) =>
        tensors.Select(tensor => (tensor.Key, tensor.Value));

    private static Dictionary<string, torch.Tensor> TrainerTensors(Trainer trainer, IReadOnlyDictionary<string, torch.Tensor>? more)
    {
        var tensors = trainer.Optimizer.States.ToDictionary(state => "optimizer." + state.Name, state => state.Value);
        foreach (var (name, value) in trainer.Average?.Values ?? [])
        {
            tensors["average." + name] = value;
        }

        foreach (var (name, value) in more ?? new Dictionary<string, torch.Tensor>())
        {
            tensors[name] = value;
        }

        return tensors;
    }

    private void RemoveUnfinished()
    {
        foreach (var left in Directory.GetDirectories(folder, "*" + Unfinished))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    private string[] Steps() => !Directory.Exists(folder)
        ? []
        : [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Where(name => !name.EndsWith(Unfinished, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
