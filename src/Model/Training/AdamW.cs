using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Optimization;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>
/// AdamW over parameter groups, one pass over memory a step. Gradients are never absent: a parameter that a batch does not touch has
/// zeros, so that a resumed run does what an uninterrupted one does. States are named, so that they are saved like weights.
/// </summary>
public sealed class AdamW : IDisposable
{
    private const int ChunkLength = 1 << 16;

    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly OptimizerConfig _config;
    private readonly List<Member> _members = [];
    private readonly List<Chunk> _chunks = [];

    /// <param name="groups">What trains.</param>
    /// <param name="config">Betas, epsilon and clipping.</param>
    public AdamW(IReadOnlyList<ParameterGroup> groups, OptimizerConfig config)
    {
        (_groups, _config) = (groups, config);
        using var quiet = no_grad();
        for (var group = 0; group < groups.Count; group++)
        {
            foreach (var (name, parameter) in groups[group].Members)
            {
                parameter.grad ??= zeros_like(parameter).DetachFromDisposeScope();
                var member = new Member(
                    name, group, parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope());
                for (var start = 0L; start < parameter.numel(); start += ChunkLength)
                {
                    _chunks.Add(new Chunk(_members.Count, (int)start, (int)Math.Min(ChunkLength, parameter.numel() - start)));
                }

                _members.Add(member);
            }
        }
    }

    /// <summary>Steps made.</summary>
    public long StepCount { get; set; }

    /// <summary>The running means of gradients and squared gradients, by name.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> States =>
        [.. _members.SelectMany(member => new[] { (member.Name + ".mean", member.Mean), (member.Name + ".square", member.Square) })];

    /// <summary>The total norm of all gradients.</summary>
    public double GradientNorm()
    {
        var sums = new double[_chunks.Count];
        Run((chunk, i) => sums[i] = AdamWKernel.SumOfSquares(Part(_members[chunk.Member].Parameter.grad!, chunk)));
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>One step on the gradients, which are zero afterwards.</summary>
    /// <param name="rate">Share of each group's learning rate, from the schedule.</param>
    /// <param name="gradientScale">What gradients are multiplied by first.</param>
    /// <param name="norm">Their total norm, scaled, which is clipped.</param>
    public void Step(double rate, double gradientScale, double norm)
    {
        var clip = _config.GradClipNorm > 0 ? Math.Min(1, _config.GradClipNorm / (norm + 1e-6)) : 1;
        StepCount++;
        AdamWStep[] steps = [.. _groups.Select(group => AdamWStep.At(
            StepCount, group.Lr * rate, group.WeightDecay, _config.Betas[0], _config.Betas[1], _config.Eps, gradientScale * clip))];
        Run((chunk, _) =>
        {
            var member = _members[chunk.Member];
            AdamWKernel.Update(
                steps[member.Group], Part(member.Parameter, chunk), Part(member.Parameter.grad!, chunk), Part(member.Mean, chunk), Part(member.Square, chunk));
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in _members)
        {
            member.Mean.Dispose();
            member.Square.Dispose();
        }
    }

    private void Run(Action<Chunk, int> body) => ComputePool.Shared.Run(_chunks.Count, i => body(_chunks[i], i));

    private static unsafe Span<float> Part(Tensor tensor, Chunk chunk) =>
        new((float*)TensorPointer.Of<float>(tensor) + chunk.Start, chunk.Length);

    private sealed record Member(string Name, int Group, Parameter Parameter, Tensor Mean, Tensor Square);

    private readonly record struct Chunk(int Member, int Start, int Length);
}
