using MmiGrains.Model.Interleaved;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>A copy of the trained model for one more thread: it takes the weights before a step and gives its gradients after.</summary>
internal sealed class Replica : IDisposable
{
    private readonly MmInterleaved _model;
    private readonly (Parameter Original, Parameter Copy)[] _trained;
    private readonly Tensor[] _originals;
    private readonly Tensor[] _copies;

    /// <param name="original">The trained model, its parameters already made to train or not.</param>
    /// <param name="stage">The stage.</param>
    public Replica(MmInterleaved original, TrainingStage stage)
    {
        _model = ModelFolder.Create(original.Config);
        _model.train();
        Objective = TrainingObjectives.Create(_model, stage);
        var copies = _model.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter);
        var pairs = original.named_parameters().Select(parameter => (parameter.parameter, copies[parameter.name])).ToArray();
        foreach (var (parameter, copy) in pairs)
        {
            copy.requires_grad = parameter.requires_grad;
        }

        _trained = [.. pairs.Where(pair => pair.parameter.requires_grad)];
        _originals = [.. _trained.Select(pair => pair.Original)];
        _copies = [.. _trained.Select(pair => pair.Copy)];
        using var quiet = no_grad();
        foreach (var (parameter, copy) in pairs)
        {
            copy.copy_(parameter);
        }
    }

    /// <summary>The objective on this copy.</summary>
    public ITrainingObjective Objective { get; }

    /// <summary>Takes the trained weights as they are now.</summary>
    public void TakeWeights()
    {
        using var quiet = no_grad();
        for (var i = 0; i < _copies.Length; i++)
        {
            _copies[i].copy_(_originals[i]);
        }
    }

    /// <summary>Adds this copy's gradients to the trained model's, and forgets them.</summary>
    public void GiveGradients()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (original, copy) in _trained)
        {
            if (copy.grad is { } gradient)
            {
                original.grad!.add_(gradient); // the optimizer keeps one for every trained parameter
            }

            copy.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
