using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Optimization;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>
/// The moving average of trained weights: average = d average + (1 - d) weights, with d = min(decay, (1 + step) / (10 + step)) so that
/// the beginning is soon forgotten.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _members;
    private readonly Tensor[] _averages;
    private readonly double _decay;

    /// <param name="members">The weights.</param>
    /// <param name="decay">d.</param>
    public WeightAverage(IReadOnlyList<(string Name, Parameter Parameter)> members, double decay)
    {
        (_members, _decay) = (members, decay);
        using var quiet = no_grad();
        _averages = [.. members.Select(member => member.Parameter.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>The averages, by the weights' names.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Values => [.. _members.Zip(_averages, (member, average) => (member.Name, average))];

    /// <summary>Follows the weights after a step.</summary>
    public void Update(long step)
    {
        var decay = (float)Math.Min(_decay, (1.0 + step) / (10 + step));
        ComputePool.Shared.Run(_averages.Length, i =>
            AdamWKernel.Average(decay, TensorPointer.Span<float>(_members[i].Parameter), TensorPointer.Span<float>(_averages[i])));
    }

    /// <summary>Exchanges weights and averages: done twice, all is as before.</summary>
    public void Swap()
    {
        using var quiet = no_grad();
        for (var i = 0; i < _averages.Length; i++)
        {
            using var weights = _members[i].Parameter.detach().clone();
            _members[i].Parameter.copy_(_averages[i]);
            _averages[i].copy_(weights);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var average in _averages)
        {
            average.Dispose();
        }
    }
}
