using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>
/// All but the UNet: next tokens, and of every trained image the prompt that it will be painted from, whose first tokens are to name what lies in each cell of
/// a coarse grid (<see cref="CellLabels"/>). Text to prompt is what the denoising loss teaches last, since pictures of the right kind cost it little less than
/// the right picture; here the reference begins from a UNet that follows CLIP's texts. The UNet learns to follow the prompts in a stage after it.
/// </summary>
public sealed class PromptObjective : ITrainingObjective
{
    private readonly MmInterleaved _model;
    private readonly TrainingStage _stage;
    private readonly Collator _collator;
    private readonly int _grid;

    /// <param name="model">The model.</param>
    /// <param name="stage">What trains, and the grid.</param>
    public PromptObjective(MmInterleaved model, TrainingStage stage) =>
        (_model, _stage, _collator, _grid) = (model, stage, new Collator(model, stage.IsolateSamples), stage.PromptGrid);

    /// <inheritdoc/>
    public bool Trains(string parameter) => InterleavedObjective.Trains(_stage, parameter) && !parameter.StartsWith("image_decoder.decoder.", StringComparison.Ordinal);

    /// <inheritdoc/>
    public (Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts) Loss(IReadOnlyList<PackedRow> rows, long seed)
    {
        manual_seed(seed); // what is dropped while training draws from the global generator
        using var generator = new Generator((ulong)seed);
        using var recomputing = _stage.RecomputeActivations ? Tensors.Recomputation.Begin() : null;
        var example = _collator.Collate(rows, generator);
        var encoded = example.EncoderPixels.shape[0] == 0 ? null : _model.VisualTokenizer.Encode(example.EncoderPixels, example.ReadImages);
        var hidden = _model.HiddenStates(example.Batch, encoded, example.IsolatesDocuments);
        var text = TextLoss.Compute(_model.Logits(hidden), example.TargetIds!.narrow(1, 1, example.Batch.Length - 1));

        SampleImage[] images = [.. rows.SelectMany(row => row.Images)];
        int[] chosen = [.. Enumerable.Range(0, images.Length).Where(i => images[i].IsTrained && CellLabels.Has(images[i]))];
        var total = text * _model.Config.Loss.TextWeight;
        if (chosen.Length == 0)
        {
            return (total, [("loss_txt", text)]);
        }

        var (contexts, mask) = _model.ProjectContexts(example.Batch, hidden, chosen);
        var prompts = _model.ImageDecoder.Resampler.Resample(contexts, mask).narrow(1, 0, _grid * _grid);
        var losses = CellLabels.Losses(prompts.transpose(1, 2).unflatten(2, [_grid, _grid]), [.. chosen.Select(i => images[i])]);
        return (losses.Aggregate(total, (sum, part) => sum + (part.Value / losses.Count)), [("loss_txt", text), .. losses]);
    }
}
