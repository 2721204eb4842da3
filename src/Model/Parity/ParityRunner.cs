using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>
/// Runs the recorded cases of a folder: <c>config.json</c>, weights, and <c>cases/*.safetensors</c> with inputs and outputs of
/// the reference. A case's kind is its file's name.
/// </summary>
public static class ParityRunner
{
    private static readonly (string Kind, Action<ParityCase> Run)[] Kinds =
    [
        ("a_msdeform_core", DeformableAttentionCases.RunCore),
        ("b_mmfs_module", MmfsCases.RunModule),
        ("b_mmfs_wrappers", MmfsCases.RunWrappers),
        ("c_vision", VisionCases.RunVision),
        ("d_perceiver", VisionCases.RunPerceiver),
        ("e_mm_decoder", LanguageCases.RunDecoder),
        ("f_text", LanguageCases.RunText),
        ("g_prepare", SequenceCases.RunPrepare),
        ("h_image_parts", ImageCases.RunParts),
        ("h_sampling", ImageCases.RunSampling),
        ("h_generate_images", ImageCases.RunGenerate),
        ("i_training_variant", TrainingCases.RunVariant),
        ("i_training", TrainingCases.RunTraining),
        ("j_adamw", TrainingCases.RunOptimizer),
    ];

    /// <summary>Names of the cases in a folder, in order.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder has no <c>cases</c>.</exception>
    public static IReadOnlyList<string> CaseNames(string folder)
    {
        var cases = Path.Combine(folder, "cases");
        if (!Directory.Exists(cases))
        {
            throw new DirectoryNotFoundException($"'{folder}' holds no folder 'cases' with recorded cases.");
        }

        return [.. Directory.EnumerateFiles(cases, "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];
    }

    /// <summary>Loads the model of a folder when it is first asked for.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="type">Type to run it in; below float32 the tolerance is 2e-2 throughout.</param>
    public static Lazy<MmInterleaved> Model(string folder, ScalarType type = ScalarType.Float32) => new(() =>
    {
        var model = ModelFolder.Load(folder, type: type);
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        return model;
    });

    /// <summary>Runs one case. What goes wrong is a failure of that case.</summary>
    public static ParityResult Run(string folder, string name, Lazy<MmInterleaved> model)
    {
        var kind = Kinds.FirstOrDefault(kind => name.StartsWith(kind.Kind, StringComparison.Ordinal));
        if (kind.Run is null)
        {
            return new ParityResult(name, 0, double.NaN, [$"unknown kind of case; known are {string.Join(", ", Kinds.Select(known => known.Kind))}"]);
        }

        try
        {
            using var scope = NewDisposeScope();
            using var recorded = SafetensorsFile.Open(Path.Combine(folder, "cases", name + ".safetensors"));
            var parityCase = new ParityCase(folder, name, recorded, model);
            kind.Run(parityCase);
            return parityCase.Result();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new ParityResult(name, 0, double.NaN, [e.Message.Split('\n')[0]]);
        }
    }
}
