using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Mixing;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>
/// A round is several steps, and a lease one replica's: each starts from the same weights, takes every n-th sample of the data, and
/// contributes how far it went. The mean of that is a gradient for an outer Nesterov step (DiLoCo, arXiv 2311.08105):
/// <c>v = momentum v + d; weights -= rate (d + momentum v)</c>. Unlike there, the optimizer's running means are averaged too: after a
/// round every trainer has the same state, so a checkpoint holds all of it and trainers may come and go.
/// </summary>
internal sealed class OuterRounds : IRoundWork
{
    private readonly OpenStage _stage;
    private readonly ExchangeOptions _options;
    private readonly TensorVector _state;
    private readonly TensorVector _velocity;
    private readonly long _weights;
    private readonly Dictionary<int, BatchLoader> _loaders = [];
    private string?[] _positions;

    /// <param name="stage">The stage; it stays the caller's.</param>
    /// <param name="options">Steps, replicas and the outer step.</param>
    /// <param name="more">What <see cref="Velocities"/> made for the stage's trainer; disposed with this.</param>
    /// <param name="position">Where the replicas' data goes on; null for the beginning.</param>
    public OuterRounds(OpenStage stage, ExchangeOptions options, IReadOnlyDictionary<string, Tensor> more, JsonNode? position)
    {
        (_stage, _options, More) = (stage, options, more);
        var trainer = stage.Trainer;
        Tensor[] weights = [.. trainer.Trained.Select(member => member.Parameter)];
        _state = new TensorVector([.. weights, .. trainer.Optimizer.States.Select(state => state.Value), .. (trainer.Average?.Values ?? []).Select(average => average.Value)]);
        _velocity = new TensorVector([.. trainer.Trained.Select(member => more[Name(member.Name)])]);
        _weights = _velocity.Length;
        _positions = position is JsonArray all ? [.. all.Select(one => one?.ToJsonString())] : new string?[options.Replicas];
        if (_positions.Length != options.Replicas)
        {
            throw new DataException($"The run's data is shared among {_positions.Length} replicas; exchange.replicas is {options.Replicas}.");
        }
    }

    public int LeaseCount => _options.Replicas;

    public int PieceCount => _state.PieceCount;

    public IReadOnlyDictionary<string, Tensor> More { get; }

    public JsonNode? Position => new JsonArray([.. _positions.Select(position => position is null ? null : JsonNode.Parse(position))]);

    /// <summary>The outer step's momentum, before its first.</summary>
    public static IReadOnlyDictionary<string, Tensor> Velocities(Trainer trainer)
    {
        using var quiet = no_grad();
        return trainer.Trained.ToDictionary(member => Name(member.Name), member => zeros_like(member.Parameter).DetachFromDisposeScope());
    }

    public Contribution Contribute(int lease)
    {
        var (trainer, start, steps) = (_stage.Trainer, _state.ReadAll(), _stage.Trainer.StepCount);
        try
        {
            var loader = Loader(lease);
            var (losses, samples, count) = (new RunningMeans(), 0, Count());
            for (var step = 0; step < count; step++)
            {
                var batches = loader.Next();
                losses.Add(trainer.Step(batches, lease * _stage.Stage.Accumulation).Losses);
                samples += batches.Sum(rows => rows.Sum(row => row.Origins.Count));
            }

            var reached = _state.ReadAll();
            ForWeights(reached, (piece, i) => reached[piece][i] = start[piece][i] - reached[piece][i]);
            var means = losses.Means().OrderBy(loss => loss.Key, StringComparer.Ordinal).Select(loss => (loss.Key, loss.Value));
            return new Contribution(reached, new LeaseOutcome([.. means], samples, loader.Position.ToJsonString()));
        }
        finally
        {
            _state.WriteAll(start);
            trainer.Optimizer.StepCount = steps;
        }
    }

    public StepMetrics Apply(float[][] sum, IReadOnlyList<LeaseOutcome> outcomes)
    {
        var (share, rate, momentum) = (1f / _options.Replicas, (float)_options.OuterRate, (float)_options.OuterMomentum);
        foreach (var piece in sum)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(piece, share, piece);
        }

        var (weights, velocity, squares) = (_state.ReadAll(), _velocity.ReadAll(), 0.0);
        ForWeights(sum, (piece, i) =>
        {
            var change = sum[piece][i];
            squares += (double)change * change;
            velocity[piece][i] = (momentum * velocity[piece][i]) + change;
            sum[piece][i] = weights[piece][i] - (rate * (change + (momentum * velocity[piece][i])));
        });
        _velocity.WriteAll(velocity);
        _state.WriteAll(sum);
        var (trainer, lr) = (_stage.Trainer, LearningRateSchedule.At(_stage.Stage, _stage.Trainer.StepCount) * _stage.Stage.Optimizer.Lr);
        trainer.Optimizer.StepCount += Count();
        _positions = [.. outcomes.Select(outcome => outcome.Position)];
        var losses = outcomes.SelectMany(outcome => outcome.Losses).GroupBy(loss => loss.Name).ToDictionary(group => group.Key, group => group.Average(loss => loss.Value));
        return new StepMetrics(losses, Math.Sqrt(squares), lr);
    }

    public BatchLoader OpenData() => Open(0);

    public void Dispose()
    {
        foreach (var loader in _loaders.Values)
        {
            loader.Dispose();
        }

        foreach (var tensor in More.Values)
        {
            tensor.Dispose();
        }
    }

    private static string Name(string parameter) => "outer." + parameter;

    private int Count() => (int)Math.Min(_options.InnerSteps, _stage.Stage.Steps - _stage.Trainer.StepCount);

    // A replica that was computed here before stands where it goes on, unless its round is repeated.
    private BatchLoader Loader(int lease)
    {
        if (_loaders.TryGetValue(lease, out var loader) && loader.Position.ToJsonString() == _positions[lease])
        {
            return loader;
        }

        loader?.Dispose();
        return _loaders[lease] = Open(lease);
    }

    private BatchLoader Open(int lease) => _stage.OpenData(
        _positions[lease] is { } position ? JsonNode.Parse(position) : null, samples => new StridedSampleStream(samples, _options.Replicas, lease));

    // The first numbers of the state are the weights.
    private void ForWeights(float[][] pieces, Action<int, int> visit)
    {
        for (var (piece, left) = (0, _weights); left > 0; left -= pieces[piece++].Length)
        {
            for (var i = 0; i < Math.Min(left, pieces[piece].Length); i++)
            {
                visit(piece, i);
            }
        }
    }
}
