using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>
/// A round is one step, and a lease one of its batches: gradients are added up batch by batch, in order, which is what one trainer does by
/// itself, bit for bit.
/// </summary>
internal sealed class GradientRounds : IRoundWork
{
    private readonly OpenStage _stage;
    private readonly BatchLoader _loader;
    private IReadOnlyList<IReadOnlyList<PackedRow>>? _batches;

    /// <param name="stage">The stage; it stays the caller's.</param>
    /// <param name="position">Where its data goes on; null for the beginning.</param>
    public GradientRounds(OpenStage stage, JsonNode? position)
    {
        (_stage, _loader) = (stage, stage.OpenData(position));
        Position = _loader.Position;
        using var scope = NewDisposeScope();
        PieceCount = Gradients().PieceCount;
    }

    public int LeaseCount => _stage.Stage.Accumulation;

    public int PieceCount { get; }

    public IReadOnlyDictionary<string, Tensor> More { get; } = new Dictionary<string, Tensor>();

    public JsonNode? Position { get; private set; }

    public Contribution Contribute(int lease)
    {
        using var scope = NewDisposeScope();
        var gradients = Gradients();
        try
        {
            var batch = Batches()[lease];
            var losses = _stage.Trainer.AddGradient(batch, lease);
            return new Contribution(gradients.ReadAll(), new LeaseOutcome(losses, batch.Sum(row => row.Origins.Count), null));
        }
        finally
        {
            gradients.Clear();
        }
    }

    public StepMetrics Apply(float[][] sum, IReadOnlyList<LeaseOutcome> outcomes)
    {
        using var scope = NewDisposeScope();
        Gradients().WriteAll(sum);
        var metrics = _stage.Trainer.Update([.. outcomes.Select(outcome => outcome.Losses)], Batches());
        (_batches, Position) = (null, _loader.Position);
        return metrics;
    }

    public BatchLoader OpenData() => _stage.OpenData(Position);

    public void Dispose() => _loader.Dispose();

    private IReadOnlyList<IReadOnlyList<PackedRow>> Batches() => _batches ??= _loader.Next();

    private TensorVector Gradients() => new([.. _stage.Trainer.Trained.Select(member => member.Parameter.grad!)]);
}
