using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.Tests.Threading;

public class ComputePoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_chunk_is_run_once_however_many_threads_there_are(int threads)
    {
        using var pool = new ComputePool(threads);
        foreach (var chunks in new[] { 0, 1, 2, 7, 1000 })
        {
            for (var round = 0; round < 50; round++)
            {
                var runs = new int[chunks];
                pool.Run(chunks, chunk => Interlocked.Increment(ref runs[chunk]));
                Assert.All(runs, count => Assert.Equal(1, count));
            }
        }
    }

    [Fact]
    public void Workers_that_fell_asleep_are_woken()
    {
        using var pool = new ComputePool(2);
        for (var round = 0; round < 3; round++)
        {
            Thread.Sleep(20);
            using var both = new Barrier(2);
            pool.Run(2, _ => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)), "the second thread did not come"));
        }
    }

    [Fact]
    public void A_loop_inside_a_loop_and_one_beside_it_are_run_by_their_callers()
    {
        using var pool = new ComputePool(3);
        var sum = 0;
        var beside = new Thread(() => pool.Run(100, _ => pool.Run(10, _ => Interlocked.Increment(ref sum))));
        beside.Start();
        pool.Run(100, _ => pool.Run(10, _ => Interlocked.Increment(ref sum)));
        beside.Join();
        Assert.Equal(2000, sum);
    }

    [Fact]
    public void The_exception_of_a_chunk_reaches_the_caller_and_the_pool_goes_on()
    {
        using var pool = new ComputePool(2);
        var problem = Assert.Throws<ArgumentException>(() => pool.Run(64, chunk => throw new ArgumentException($"chunk {chunk}")));
        Assert.StartsWith("chunk", problem.Message, StringComparison.Ordinal);

        var count = 0;
        pool.Run(64, _ => Interlocked.Increment(ref count));
        Assert.Equal(64, count);
    }
}
