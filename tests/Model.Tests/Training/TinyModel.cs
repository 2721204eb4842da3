using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Tests.Training;

/// <summary>A model's folder with fresh weights, small enough that a turn takes milliseconds.</summary>
internal static class TinyModel
{
    public static string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using var model = ModelFolder.Create(SmallModel.Config);
        ConfigFile.Write(Path.Combine(folder, ModelFolder.ConfigName), SmallModel.Config);
        SafetensorsFile.Write(Path.Combine(folder, "model.safetensors"), model.state_dict().Select(tensor => (tensor.Key, tensor.Value)));
        File.Copy(Tokenizer(), Path.Combine(folder, ModelFolder.TokenizerName), overwrite: true);
        WeightManifest.Write(folder);
        return folder;
    }

    /// <summary>The small world's tokenizer.</summary>
    public static string Tokenizer()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "models", "scenes", ModelFolder.TokenizerName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("models/scenes/tokenizer.model is in no folder above the tests.");
    }
}
