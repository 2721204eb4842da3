using System.Text.Json;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;

namespace MmiGrains.Model.Tests.Training;

/// <summary>A recipe of the small world for <see cref="SmallModel"/>, whose steps take milliseconds.</summary>
internal static class SceneRecipe
{
    /// <summary>One stage on all parameters.</summary>
    public static TrainingRecipe Of(int steps, int accumulation = 2)
    {
        var data = JsonDocument.Parse("""[{ "kind": "scenes", "tasks": { "question": 1, "picture": 1 } }]""").RootElement.EnumerateArray().ToArray();
        return new TrainingRecipe
        {
            Config = SmallModel.Config,
            Tokenizer = TinyModel.Tokenizer(),
            Threads = 1,
            CheckpointEvery = 4,
            LogEvery = 1,
            ValidateEvery = 3,
            ValidationBatches = 2,
            Stages =
            [
                new()
                {
                    Name = "all", Train = "all", Steps = steps, Rows = 1, Accumulation = accumulation, Packing = new() { RowLength = 80 }, IsolateSamples = true, AverageDecay = 0.9,
                    Data = data, Validation = data, Optimizer = new OptimizerConfig { Lr = 1e-3, OverridesFirstMatch = [] },
                },
            ],
        };
    }

    /// <summary>The weights that one undisturbed run in this process ends with.</summary>
    public static byte[] Train(TrainingRecipe recipe, string folder)
    {
        var sources = RecipeSources.Of(recipe, folder, "recipe", new RowProblems(), _ => { });
        return File.ReadAllBytes(Path.Combine(new TrainingRun(recipe, folder, folder, sources.OpenData, new Silent()).Run(CancellationToken.None), "model.safetensors"));
    }

    private sealed class Silent : ITrainingObserver
    {
        public void StageBegins(TrainingStage stage, long stageStep)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Validated(long step, IReadOnlyDictionary<string, double> losses)
        {
        }

        public void Noted(string message)
        {
        }
    }
}
