using System.Collections.Concurrent;
using MmiGrains.Model.Engines;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>A silo's copies of encoded images: what is kept, what goes, and what waits for what.</summary>
public sealed class FeatureCacheTests
{
    private static readonly long One = SomeFeatures.ByteCount();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_least_recently_used_goes_first_and_what_is_leased_stays()
    {
        using var cache = new FeatureCache(2 * One);
        var first = await Add(cache, "a", 1);
        using (await Add(cache, "b", 2))
        {
        }

        using (await Add(cache, "c", 3))
        {
            Assert.Equal(2, cache.Count); // b went: a and c are leased
            Assert.Null(cache.Find("b"));
        }

        using (await Add(cache, "d", 4))
        {
            Assert.Null(cache.Find("c"));
        }

        Assert.Equal(2 * One, cache.ByteCount);
        Assert.False(SomeFeatures.IsFreed(first.Features));
        first.Dispose();
        using (cache.Find("d"))
        using (await Add(cache, "e", 5))
        {
            Assert.Null(cache.Find("a"));
        }

        Assert.Throws<ObjectDisposedException>(() => first.Features);
    }

    [Fact]
    public async Task What_is_leased_is_told_from_what_is_idle()
    {
        using var cache = new FeatureCache(3 * One);
        using (await Add(cache, "a", 1))
        {
            using (await Add(cache, "b", 2))
            using (cache.Find("a"))
            {
                Assert.Equal(2 * One, cache.LeasedBytes);
                cache.Remove("b");
            }

            Assert.Equal(One, cache.LeasedBytes);
        }

        Assert.Equal((0, One), (cache.LeasedBytes, cache.ByteCount));
        using (cache.Find("a"))
        {
            Assert.Equal(One, cache.LeasedBytes);
        }

        cache.Remove("a");
        Assert.Equal((0, 0), (cache.LeasedBytes, cache.ByteCount));
    }

    [Fact]
    public async Task What_would_exceed_the_limit_is_refused_before_it_is_made()
    {
        using var cache = new FeatureCache(2 * One) { LeasedLimit = 2 * One };
        var late = new TaskCompletionSource<ImageFeatures>();
        using (await Add(cache, "idle", 1))
        {
        }

        var making = cache.GetOrAddAsync("late", One, _ => late.Task, Token);
        using (await Add(cache, "a", 2))
        {
            Assert.Null(cache.Find("idle")); // its bytes are reserved
            Assert.Equal((2 * One, One), (cache.LeasedBytes, cache.ByteCount));
            var full = await Assert.ThrowsAsync<CapacityException>(() => Add(cache, "b", 3));
            Assert.Equal((true, $"There are {2 * One} bytes of images that are being read, and {One} more would exceed {2 * One}."), (full.IsPassing, full.Message));
            Assert.False((await Assert.ThrowsAsync<CapacityException>(() => cache.GetOrAddAsync("huge", (2 * One) + 1, _ => late.Task, Token))).IsPassing);
            using var again = await Add(cache, "a", 2); // is there
        }

        using var b = await Add(cache, "b", 3);
        late.SetException(new InvalidOperationException("broken"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => making);
        using var c = await Add(cache, "c", 4);
        Assert.Equal(2 * One, cache.LeasedBytes);
    }

    [Fact]
    public async Task Leases_may_exceed_the_budget_until_they_are_given_back()
    {
        var freed = new List<string>();
        using var cache = new FeatureCache(One, (key, features) =>
        {
            freed.Add(key);
            features.Dispose();
        });
        using (await Add(cache, "a", 1))
        using (await Add(cache, "b", 2))
        {
            Assert.Equal(2 * One, cache.ByteCount);
            Assert.Empty(freed);
        }

        Assert.Equal(["b"], freed); // given back first
        Assert.Equal(One, cache.ByteCount);
    }

    [Fact]
    public async Task Many_askers_share_one_production_and_one_that_gives_up_leaves_it_to_the_others()
    {
        using var cache = new FeatureCache(long.MaxValue);
        var gate = new TaskCompletionSource();
        var calls = 0;
        using var impatient = new CancellationTokenSource();
        async Task<ImageFeatures> Produce(CancellationToken cancellation)
        {
            Interlocked.Increment(ref calls);
            await gate.Task.WaitAsync(cancellation);
            return SomeFeatures.Create(1);
        }

        var given = cache.GetOrAddAsync("a", One, Produce, impatient.Token);
        var others = Enumerable.Range(0, 20).Select(_ => cache.GetOrAddAsync("a", One, Produce, Token)).ToArray();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        gate.SetResult();
        var leases = await Task.WhenAll(others);
        Assert.Equal(1, calls);
        Assert.All(leases, lease => Assert.Same(leases[0].Features, lease.Features));
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.True(cache.Remove("a"));
        Assert.Equal((0L, 0), (cache.ByteCount, cache.Count));
    }

    [Fact]
    public async Task A_production_that_nobody_waits_for_is_cancelled_and_the_next_asker_begins_anew()
    {
        using var cache = new FeatureCache(long.MaxValue);
        using var impatient = new CancellationTokenSource();
        var seen = new TaskCompletionSource();
        var late = new TaskCompletionSource<ImageFeatures>();
        var given = cache.GetOrAddAsync("a", One, cancellation =>
        {
            cancellation.Register(seen.SetResult);
            return late.Task;
        }, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await seen.Task.WaitAsync(Token);
        using var lease = await Add(cache, "a", 2);
        var unwanted = SomeFeatures.Create(3);
        late.SetResult(unwanted);
        await Eventually(() => SomeFeatures.IsFreed(unwanted));
        Assert.Equal((One, 1), (cache.ByteCount, cache.Count));
    }

    [Fact]
    public async Task A_production_that_fails_is_not_kept()
    {
        using var cache = new FeatureCache(long.MaxValue);
        var tries = Enumerable.Range(0, 3).Select(_ => cache.GetOrAddAsync("a", One, async _ =>
        {
            await Task.Delay(20, Token);
            throw new InvalidOperationException("broken");
        }, Token)).ToArray();
        foreach (var attempt in tries)
        {
            Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => attempt)).Message);
        }

        using var lease = await Add(cache, "a", 1);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public async Task Disposal_frees_what_is_idle_at_once_and_the_rest_as_it_comes_back()
    {
        var cache = new FeatureCache(long.MaxValue);
        ImageFeatures idle;
        using (var lease = await Add(cache, "idle", 1))
        {
            idle = lease.Features;
        }

        var held = await Add(cache, "held", 2);
        var features = held.Features;
        var late = new TaskCompletionSource<ImageFeatures>();
        var waiting = cache.GetOrAddAsync("late", One, _ => late.Task, Token);
        cache.Dispose();
        Assert.True(SomeFeatures.IsFreed(idle));
        Assert.False(SomeFeatures.IsFreed(features));
        held.Dispose();
        held.Dispose();
        Assert.True(SomeFeatures.IsFreed(features));
        var last = SomeFeatures.Create(3);
        late.SetResult(last);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.True(SomeFeatures.IsFreed(last));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Add(cache, "new", 4));
        Assert.Null(cache.Find("idle"));
        Assert.Equal((0L, 0), (cache.ByteCount, cache.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_thousand_random_operations_at_once_leave_neither_bytes_nor_tensors(int seed)
    {
        var made = new ConcurrentBag<ImageFeatures>();
        var cache = new FeatureCache(5 * One);
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (i, _) =>
        {
            var random = new Random((seed * 1000) + i);
            var key = $"{random.Next(12)}";
            using var patience = new CancellationTokenSource();
            switch (random.Next(6))
            {
                case 0:
                    cache.Remove(key);
                    break;
                case 1:
                    using (var found = cache.Find(key))
                    {
                        Check(found, key);
                    }

                    break;
                default:
                    if (random.Next(3) == 0)
                    {
                        patience.CancelAfter(random.Next(3));
                    }

                    await Use(cache, key, random, made, patience.Token);
                    break;
            }
        });

        Assert.InRange(cache.ByteCount, 0, 5 * One); // no lease is out
        Assert.Equal(cache.Count * One, cache.ByteCount);
        await Eventually(() => made.Count(features => !SomeFeatures.IsFreed(features)) == cache.Count);
        cache.Dispose();
        Assert.Equal((0L, 0), (cache.ByteCount, cache.Count));
        Assert.All(made, features => Assert.True(SomeFeatures.IsFreed(features)));
        Assert.InRange(made.Count, 12, 1000);
    }

    private static async Task Use(FeatureCache cache, string key, Random random, ConcurrentBag<ImageFeatures> made, CancellationToken patience)
    {
        var (wait, fails) = (random.Next(3), random.Next(10) == 0);
        try
        {
            using var lease = await cache.GetOrAddAsync(key, One, async _ =>
            {
                await Task.Delay(wait, CancellationToken.None);
                if (fails)
                {
                    throw new InvalidOperationException("broken");
                }

                var features = SomeFeatures.Create(int.Parse(key, System.Globalization.CultureInfo.InvariantCulture));
                made.Add(features);
                return features;
            }, patience);
            await Task.Delay(random.Next(2), CancellationToken.None);
            Check(lease, key);
        }
        catch (OperationCanceledException)
        {
        }
        catch (InvalidOperationException problem) when (problem.Message == "broken")
        {
        }
    }

    private static void Check(FeatureLease? lease, string key)
    {
        if (lease is not null)
        {
            using var expected = SomeFeatures.Create(int.Parse(key, System.Globalization.CultureInfo.InvariantCulture));
            Assert.All(SomeFeatures.Tensors(expected).Zip(SomeFeatures.Tensors(lease.Features)), pair => Assert.Equal(pair.First.bytes.ToArray(), pair.Second.bytes.ToArray()));
        }
    }

    private static Task<FeatureLease> Add(FeatureCache cache, string key, int seed) =>
        cache.GetOrAddAsync(key, One, _ => Task.FromResult(SomeFeatures.Create(seed)), Token);

    private static async Task Eventually(Func<bool> holds)
    {
        for (var i = 0; i < 200 && !holds(); i++)
        {
            await Task.Delay(10, Token);
        }

        Assert.True(holds());
    }
}
