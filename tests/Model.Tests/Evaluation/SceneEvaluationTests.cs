using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Tests.Interleaved;

namespace MmiGrains.Model.Tests.Evaluation;

/// <summary>The evaluation as a whole.</summary>
public sealed class SceneEvaluationTests
{
    private static readonly EvaluationOptions Options = new() { Count = 3, BatchSize = 2, Painting = new(1, 2, "dpm++"), Splits = [SceneSplit.Test], Workers = 1 };

    [Fact]
    public async Task Figures_are_the_same_however_many_groups_are_measured_at_a_time()
    {
        using var model = SeededModel.Create();
        model.PrepareForInference();
        using var blind = SeededModel.Create();
        var tokenizer = Inference.TinyVocabulary.Load(512);
        var began = new List<string>();
        var alone = await new SceneEvaluation(model, blind, tokenizer, Options).RunAsync(began.Add, TestContext.Current.CancellationToken);
        var together = await new SceneEvaluation(model, blind, tokenizer, Options with { Workers = 4 }).RunAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal(SceneEvaluation.Groups.Select(group => $"{group}, test").Order(), began.Order());
        Assert.Equal(alone.Measures, together.Measures);
        Assert.Equal(alone.Sheets.Select(sheet => sheet.Name), together.Sheets.Select(sheet => sheet.Name));
    }

    [Fact]
    public async Task A_cancelled_evaluation_measures_nothing()
    {
        using var model = SeededModel.Create();
        var began = new List<string>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new SceneEvaluation(model, null, Inference.TinyVocabulary.Load(512), Options).RunAsync(began.Add, new CancellationToken(canceled: true)));
        Assert.Empty(began);
    }
}
