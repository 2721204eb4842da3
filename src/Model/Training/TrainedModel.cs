using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Training;

/// <summary>The folder that a finished run leaves: a model like any other.</summary>
internal static class TrainedModel
{
    /// <summary>Copies a checkpoint's model to its place, whole or not at all.</summary>
    /// <returns>The folder.</returns>
    public static string Write(string checkpoint, string folder, string? tokenizer)
    {
        var writing = folder + ".writing";
        if (Directory.Exists(writing))
        {
            Directory.Delete(writing, recursive: true);
        }

        Directory.CreateDirectory(writing);
        File.Copy(Path.Combine(checkpoint, ModelFolder.ConfigName), Path.Combine(writing, ModelFolder.ConfigName));
        File.Copy(Path.Combine(checkpoint, CheckpointFolder.Weights), Path.Combine(writing, CheckpointFolder.Weights));
        AdapterFolder.Copy(checkpoint, writing);
        if (tokenizer is not null)
        {
            File.Copy(tokenizer, Path.Combine(writing, ModelFolder.TokenizerName));
        }

        WeightManifest.Write(writing);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(writing, folder);
        return folder;
    }
}
