using MmiGrains.Grains.Images;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.ImageEncoding;
using MmiGrains.Model.Tests.Engines;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>Features on disk: kept under a budget, never wrong.</summary>
public sealed class DiskPyramidSpillTests : IDisposable
{
    private static readonly long FileBytes = Size();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_taken_is_read_back_also_by_the_next_process()
    {
        using var expected = SomeFeatures.Create(1);
        await using (var spill = new DiskPyramidSpill(_folder.Path, long.MaxValue))
        {
            var features = SomeFeatures.Create(1);
            spill.Take("a", features);
            await spill.FlushAsync();
            Assert.True(SomeFeatures.IsFreed(features));
            Assert.Equal(FileBytes, spill.ByteCount);
            using var back = await spill.ReadAsync("a", Token);
            Assert.Equal(FeatureBytes.ToBytes(expected), FeatureBytes.ToBytes(back!));
            Assert.Null(await spill.ReadAsync("b", Token));
        }

        _folder.Write("left.mmif.tmp", [1]);
        await using var next = new DiskPyramidSpill(_folder.Path, long.MaxValue);
        using var kept = await next.ReadAsync("a", Token);
        Assert.Equal(FeatureBytes.ToBytes(expected), FeatureBytes.ToBytes(kept!));
        next.Remove("a");
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Equal(0, next.ByteCount);
    }

    [Fact]
    public async Task The_least_recently_used_goes_for_the_budget()
    {
        await using var spill = new DiskPyramidSpill(_folder.Path, 2 * FileBytes);
        foreach (var key in new[] { "a", "b" })
        {
            spill.Take(key, SomeFeatures.Create(1));
            await spill.FlushAsync();
        }

        (await spill.ReadAsync("a", Token))!.Dispose();
        spill.Take("c", SomeFeatures.Create(1));
        await spill.FlushAsync();
        Assert.Null(await spill.ReadAsync("b", Token));
        (await spill.ReadAsync("a", Token))!.Dispose();
        (await spill.ReadAsync("c", Token))!.Dispose();
        Assert.Equal((2, 2 * FileBytes), (Directory.GetFiles(_folder.Path).Length, spill.ByteCount));
    }

    [Fact]
    public async Task A_damaged_file_is_as_good_as_none()
    {
        await using var spill = new DiskPyramidSpill(_folder.Path, long.MaxValue);
        for (var seed = 0; seed < 40; seed++)
        {
            spill.Take("a", SomeFeatures.Create(1));
            await spill.FlushAsync();
            var path = Assert.Single(Directory.GetFiles(_folder.Path));
            var (bytes, random) = (await File.ReadAllBytesAsync(path, Token), new Random(seed));
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, seed % 2 == 0 ? bytes : bytes[..random.Next(bytes.Length)], Token);
            Assert.Null(await spill.ReadAsync("a", Token));
            Assert.Empty(Directory.GetFiles(_folder.Path));
        }
    }

    [Fact]
    public async Task An_encoder_reads_what_was_evicted_from_disk_and_does_not_encode_it_again()
    {
        await using var spill = new DiskPyramidSpill(_folder.Path, long.MaxValue);
        using var cache = SiloFeatures.CreateCache(1, spill);
        var engine = new EncoderEngine(TestCluster.Model, new());
        using var thread = new DeviceThread("test", engine);
        var device = new EncoderDevice("cpu", "encoder", TestCluster.Model.Config, engine, new(), cache, spill);
        var file = Pictures.Png(1);
        var id = Pictures.Info(file).Id;
        byte[] first;
        using (var lease = await device.EncodeAsync(id, file, Token))
        {
            first = FeatureBytes.ToBytes(lease.Features);
        }

        Assert.Equal(0, cache.Count);
        await spill.FlushAsync();
        using (var lease = await device.EncodeAsync(id, file, Token))
        {
            Assert.Equal(first, FeatureBytes.ToBytes(lease.Features));
            Assert.Equal(1, device.EncodedCount);
        }

        device.Forget(id);
        await spill.FlushAsync();
        Assert.Empty(Directory.GetFiles(_folder.Path));
        using var again = await device.EncodeAsync(id, file, Token);
        Assert.Equal(2, device.EncodedCount);
    }

    public void Dispose() => _folder.Dispose();

    private static long Size()
    {
        using var features = SomeFeatures.Create(1);
        return FeatureBytes.Count(features) + 32;
    }
}
