using System.Diagnostics;
using System.Reflection;
using TorchSharp;

namespace MmiGrains.Model.Tests.Tensors;

/// <summary>What <c>build/LiveArguments.targets</c> promises of the TorchSharp that ships.</summary>
public sealed class TorchSharpBuildTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    [Fact]
    public void TorchSharpRunsUnoptimisedSoThatNumbersOutliveTheCallsTheyAreGivenTo() =>
        Assert.True(typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);

    // With the optimised one this fails, mostly, with "Unknown scalar type" or a wrong sum.
    [Fact]
    public void NumbersSurviveCollectionsOnOtherThreads()
    {
        var clock = Stopwatch.StartNew();
        Exception? failure = null;
        var adders = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
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
        while (clock.Elapsed < Duration)
        {
            GC.Collect(0);
            Thread.Yield();
        }

        adders.ForEach(thread => thread.Join());
        Assert.Null(failure);
    }

    private static void Add(Stopwatch clock)
    {
        while (clock.Elapsed < Duration)
        {
            using var scope = torch.NewDisposeScope();
            Assert.Equal(6f, ((torch.ones(1) + 2) * 2).item<float>());
        }
    }
}
