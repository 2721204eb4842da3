using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Tests.Images;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Tests.Weights;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Tests.Hosting;

/// <summary>A silo with little memory and a folder: what the one has no room for comes back from the other.</summary>
public sealed class SpillTests(Stores stores)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_that_was_evicted_comes_back_from_disk_with_the_same_bytes_and_is_not_encoded_anew()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await MmiSilo.StartAsync(stores, device => device with { FeatureBytes = 250 << 10, SpillFolder = folder.Path });
        var (resolver, cache) = (silo.Services.GetRequiredService<FeatureResolver>(), silo.Services.GetRequiredService<FeatureCache>());
        var spill = (DiskPyramidSpill)silo.Services.GetRequiredService<IPyramidSpill>();
        var ids = new List<ImageId>();
        var first = new List<byte[]>();
        foreach (var seed in Enumerable.Range(1, 6))
        {
            var file = Pictures.Png(seed);
            var info = Pictures.Info(file);
            await silo.Grains.GetGrain<IImageGrain>(info.Id.ToString()).PutAsync(file.AsImmutable(), info);
            ids.Add(info.Id);
            using var lease = await resolver.GetAsync(info.Id, silo.Device.Current.EncoderName, Token);
            first.Add(FeatureBytes.ToBytes(lease.Features));
            await spill.FlushAsync();
        }

        Assert.InRange(cache.Count, 1, 3); // the rest had no room
        Assert.Equal(6, silo.Device.Encoder.EncodedCount);
        for (var i = 0; i < ids.Count; i++)
        {
            using var lease = await resolver.GetAsync(ids[i], silo.Device.Current.EncoderName, Token);
            Assert.Equal(first[i], FeatureBytes.ToBytes(lease.Features));
            await spill.FlushAsync();
        }

        Assert.Equal(6, silo.Device.Encoder.EncodedCount);
        var count = Directory.GetFiles(folder.Path).Length;
        Assert.InRange(count, 3, 6);
        await silo.Grains.GetGrain<IImageGrain>(ids[0].ToString()).DeleteAsync();
        Assert.Equal(count - 1, Directory.GetFiles(folder.Path).Length);
    }
}
