using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Tests.Images;

namespace MmiGrains.Grains.Tests.Placement;

/// <summary>Where grains live, and what is said when they can live nowhere.</summary>
public sealed class PlacementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_lives_on_its_own_silo_and_dies_with_it()
    {
        var (first, second) = (Silo(WorkerRole.Encoder), Silo(WorkerRole.Encoder));
        await using var cluster = await TestCluster.StartAsync(first, second);
        var file = Pictures.Png(1);
        var id = Pictures.Info(file).Id;
        foreach (var silo in new[] { first, second, first })
        {
            await cluster.Worker(silo).EncodeAsync(id, new(file), Token);
        }

        Assert.Equal((1L, 1L), (first.Encoder!.EncodedCount, second.Encoder!.EncodedCount));
        var address = cluster.Address(first);
        var key = cluster.WorkerKey(first);
        await cluster.KillAsync(first);
        var problem = await EventuallyRefusedAsync(() => cluster.Grains.GetGrain<IEncoderWorkerGrain>(key).FindAsync(id));
        Assert.Equal($"The worker '{key}' is gone: its silo is not active.", problem.Message);
        Assert.StartsWith(address.ToParsableString(), key, StringComparison.Ordinal);
        Assert.NotNull(await cluster.Worker(second).FindAsync(id));
    }

    [Fact]
    public async Task A_device_that_the_silo_has_not_is_named()
    {
        var silo = Silo(WorkerRole.Encoder);
        await using var cluster = await TestCluster.StartAsync(silo);
        var key = new WorkerKey(cluster.Address(silo), "cuda:3").ToString();
        var id = Pictures.Info(Pictures.Png(1)).Id;
        var problem = await Assert.ThrowsAsync<WorkerUnavailableException>(() => cluster.Grains.GetGrain<IEncoderWorkerGrain>(key).FindAsync(id));
        Assert.Equal($"There is no encoder '{key}': its silo has cpu.", problem.Message);
    }

    [Fact]
    public async Task Images_live_where_images_are_encoded_always_on_the_same_silo_and_on_others_when_it_is_lost()
    {
        var (first, second, other) = (Silo(WorkerRole.Encoder), Silo(WorkerRole.Encoder | WorkerRole.Decoder), Silo(WorkerRole.Decoder | WorkerRole.Frontend));
        await using var cluster = await TestCluster.StartAsync(first, second, other);
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(seed => cluster.PutAsync(Pictures.Png(seed))));
        await Task.WhenAll(ids.Select(id => cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token)));
        Assert.Equal(16, first.Cache.Count + second.Cache.Count);
        Assert.InRange(first.Cache.Count, 1, 15); // by chance 1 in 32,768 times not
        var mine = ids.Where(id => IsAt(first, id)).ToArray();

        await cluster.KillAsync(first);
        foreach (var id in mine)
        {
            using var lease = await EventuallyAsync(() => cluster.Resolver(other).GetAsync(id, TestCluster.EncoderName, Token));
        }

        Assert.Equal(16, second.Encoder!.EncodedCount); // what the lost silo had, and nothing else
    }

    [Fact]
    public async Task Without_a_silo_of_the_role_calls_fail_in_a_sentence()
    {
        await using var cluster = await TestCluster.StartAsync(Silo(WorkerRole.Decoder));
        var id = Pictures.Info(Pictures.Png(1)).Id;
        var problem = await Assert.ThrowsAsync<WorkerUnavailableException>(() => cluster.Image(id).DescribeAsync());
        Assert.StartsWith("No active silo offers the role 'Encoder', which '", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu")]
    [InlineData("/cpu")]
    [InlineData("127.0.0.1:11111@5/")]
    [InlineData("127.0.0.1:11111/cpu")]
    [InlineData("nowhere:1@1/cpu")]
    [InlineData("127.0.0.1:x@5/cpu")]
    public void A_key_that_names_no_silo_and_device_is_refused(string key) =>
        Assert.Contains($"this one is '{key}'", Assert.Throws<ArgumentException>(() => WorkerKey.Parse(key)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_reads_back()
    {
        var key = new WorkerKey(SiloAddress.FromParsableString("10.1.2.3:11111@123456"), "cuda:0");
        Assert.Equal(key, WorkerKey.Parse(key.ToString()));
    }

    private static bool IsAt(TestSilo silo, Contracts.Images.ImageId id)
    {
        using var lease = silo.Encoder!.Find(id);
        return lease is not null;
    }

    private static TestSilo Silo(WorkerRole roles) => new(roles, TestCluster.Model);

    // Until the cluster has noticed, calls may fail in the ways of lost connections.
    private static async Task<WorkerUnavailableException> EventuallyRefusedAsync(Func<Task> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await call();
                Assert.Fail("The worker answered.");
            }
            catch (WorkerUnavailableException problem)
            {
                return problem;
            }
            catch (Exception problem) when (attempt < 100 && problem is SiloUnavailableException or OrleansMessageRejectionException)
            {
                await Task.Delay(100, Token);
            }
        }
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception problem) when (attempt < 100 && problem is SiloUnavailableException or OrleansMessageRejectionException or WorkerUnavailableException)
            {
                await Task.Delay(100, Token);
            }
        }
    }
}
