using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace MmiGrains.Model.Tests.Tensors;

/// <summary>What <c>build/LiveArguments.targets</c> promises of the TorchSharp that ships.</summary>
public sealed class TorchSharpBuildTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    [Fact]
    public void TorchSharpRunsUnoptimisedSoThatNumbersOutliveTheCallsTheyAreGivenTo()
    {
        var flags = typeof(torch.Tensor).GetMethod("sub", [typeof(Scalar)])!.MethodImplementationFlags;
        Assert.Equal(MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization, flags);
    }

    // With the optimised one this fails within seconds, mostly, with "Unknown scalar type" or a wrong sum.
    [Fact]
    public void NumbersSurviveCollectionsOnOtherThreads()
    {
        var clock = Stopwatch.StartNew();
        Exception? failure = null;
        var adders = Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => new Thread(() =>
        {
            try
            {
                Add(clock);
            }
            catch (Exception problem)
            {
                failure = problem;
            }
        })).ToList();
        adders.ForEach(thread => thread.Start());
        adders.ForEach(thread => thread.Join());
        Assert.Null(failure);
    }

    private static void Add(Stopwatch clock)
    {
        while (clock.Elapsed < Duration)
        {
            AddOnce();
        }
    }

    // A method of its own, so that it is compiled anew, and optimised, once it is found to be called often.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddOnce()
    {
        using var scope = torch.NewDisposeScope();
        var values = new float[30_000];
        Assert.Equal(-30_000f, ((torch.tensor(values) * 2) - 1).sum().item<float>());
    }
}
