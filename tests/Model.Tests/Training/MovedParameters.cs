using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;
using TorchSharp;

namespace MmiGrains.Model.Tests.Training;

/// <summary>Which parameters a run has changed.</summary>
internal static class MovedParameters
{
    /// <summary>Their names.</summary>
    /// <param name="recipe">The run's recipe; its model begins fresh.</param>
    /// <param name="folder">The model's folder that the run has left.</param>
    public static IReadOnlyList<string> Of(TrainingRecipe recipe, string folder)
    {
        torch.manual_seed((long)recipe.Seed);
        using var fresh = ModelFolder.Create(recipe.Config!);
        using var trained = TensorSource.Open(folder);
        return
        [
            .. fresh.named_parameters().Where(parameter =>
            {
                using var now = trained.Read(parameter.name);
                return !now.equal(parameter.parameter).all().item<bool>();
            }).Select(parameter => parameter.name),
        ];
    }
}
