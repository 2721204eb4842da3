using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>
/// A copy of the trained model, for one more thread or in another type: it takes the weights before a step and gives its gradients after.
/// </summary>
internal sealed class Replica : IDisposable
{
    private readonly MmInterleaved _model;
    private readonly LoraAdapters? _adapters;
    private readonly (Parameter Original, Parameter Copy)[] _trained;
    private readonly Tensor[] _originals;
    private readonly Tensor[] _copies;
    private readonly Tensor?[] _sums;
    private readonly bool _isNarrow;

    /// <param name="original">The trained model, its parameters already made to train or not.</param>
    /// <param name="stage">The stage; its precision is the copy's type.</param>
    /// <param name="adapters">The trained model's adapters; null for none.</param>
    public Replica(MmInterleaved original, TrainingStage stage, LoraAdapters? adapters = null)
    {
        _isNarrow = stage.Precision == TrainingStage.BFloat16;
        _model = ModelFolder.Create(original.Config, type: _isNarrow ? ScalarType.BFloat16 : ScalarType.Float32);
        _model.train();
        _adapters = adapters is null ? null : LoraAdapters.Attach(_model, adapters.Config, seed: 0); // what it draws is overwritten
        Objective = TrainingObjectives.Create(_model, stage);
        var copies = _model.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter);
        (Parameter Original, Parameter Copy)[] pairs =
        [
            .. original.named_parameters().Select(parameter => (parameter.parameter, copies[parameter.name])),
            .. (adapters?.Parameters ?? []).Zip(_adapters?.Parameters ?? [], (member, copy) => (member.Parameter, copy.Parameter)),
        ];
        foreach (var (parameter, copy) in pairs)
        {
            copy.requires_grad = parameter.requires_grad;
        }

        _trained = [.. pairs.Where(pair => pair.Original.requires_grad)];
        _originals = [.. _trained.Select(pair => pair.Original)];
        _copies = [.. _trained.Select(pair => pair.Copy)];
        _sums = new Tensor?[_trained.Length];
        using var quiet = no_grad();
        foreach (var (parameter, copy) in pairs)
        {
            copy.copy_(parameter);
        }
    }

    /// <summary>The objective on this copy.</summary>
    public ITrainingObjective Objective { get; }

    /// <summary>Takes the trained weights as they are now, rounded where the copy's type is narrower.</summary>
    public void TakeWeights()
    {
        using var quiet = no_grad();
        for (var i = 0; i < _copies.Length; i++)
        {
            _copies[i].copy_(_originals[i]);
        }
    }

    /// <summary>After each batch: of a narrow copy, whose own sums would lose what is small against them, gradients are added up in float32.</summary>
    public void AddUp()
    {
        if (!_isNarrow)
        {
            return;
        }

        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _copies.Length; i++)
        {
            if (_copies[i].grad is { } gradient)
            {
                _sums[i] = _sums[i]?.add_(gradient) ?? gradient.to_type(ScalarType.Float32).DetachFromDisposeScope();
            }

            _copies[i].grad = null;
        }
    }

    /// <summary>Adds this copy's gradients to the trained model's, and forgets them.</summary>
    public void GiveGradients()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _trained.Length; i++)
        {
            if ((_sums[i] ?? _copies[i].grad) is { } gradient)
            {
                _originals[i].grad!.add_(gradient); // the optimizer keeps one for every trained parameter
            }

            _copies[i].grad = null;
            _sums[i]?.Dispose();
            _sums[i] = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapters?.Dispose();
        _model.Dispose();
    }
}
