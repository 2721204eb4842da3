using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Images;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Imaging;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>An image's features across silos: encoded once, the same everywhere, made again when they are gone.</summary>
public sealed class FeatureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_askers_on_three_silos_have_an_image_encoded_once_and_get_the_same_bits()
    {
        var (encoder, decoder, painter) = (Silo(WorkerRole.Encoder), Silo(WorkerRole.Decoder), Silo(WorkerRole.Diffusion));
        await using var cluster = await TestCluster.StartAsync(encoder, decoder, painter);
        var id = await cluster.PutAsync(Pictures.Png(1));
        var silos = new[] { encoder, decoder, painter };
        var leases = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => cluster.Resolver(silos[i % 3]).GetAsync(id, TestCluster.EncoderName, Token)));
        Assert.Equal(1, encoder.Encoder!.EncodedCount);
        Assert.True(FeatureBytes.Count(leases[0].Features) > encoder.Encoder.PieceBytes, "Several pieces are wanted.");
        var run = FeatureBytes.ToBytes(leases[0].Features);
        Assert.All(leases, lease => Assert.Equal(run, FeatureBytes.ToBytes(lease.Features)));
        using (var own = encoder.Encoder.Find(id))
        {
            Assert.Same(own!.Features, leases[0].Features); // handed over without a copy
        }

        Assert.Equal(3, leases.Select(lease => lease.Features).Distinct(ReferenceEqualityComparer.Instance).Count());
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.All(silos, silo => Assert.Equal(1, silo.Cache.Count));
        Assert.All(silos, silo => Assert.Equal(encoder.Cache.ByteCount, silo.Cache.ByteCount));
    }

    [Fact]
    public async Task Features_are_those_of_the_models_own_encoding()
    {
        var encoder = Silo(WorkerRole.Encoder);
        await using var cluster = await TestCluster.StartAsync(encoder);
        var file = Pictures.Png(2);
        using var lease = await cluster.Resolver(encoder).GetAsync(await cluster.PutAsync(file), TestCluster.EncoderName, Token);
        Assert.InRange(Distance(lease.Features, file), 0, 1e-4f);
        Assert.InRange(Distance(lease.Features, Pictures.Png(3)), 1e-3f, float.MaxValue);
    }

    [Fact]
    public async Task What_was_evicted_is_encoded_again()
    {
        var (encoder, decoder) = (Silo(WorkerRole.Encoder, cacheBytes: 1), Silo(WorkerRole.Decoder));
        await using var cluster = await TestCluster.StartAsync(encoder, decoder);
        var id = await cluster.PutAsync(Pictures.Png(4));
        var descriptor = await cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token);
        Assert.Equal(0, encoder.Cache.Count); // its budget holds nothing that is not leased
        await cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token);
        Assert.Equal(2, encoder.Encoder!.EncodedCount);
        var problem = await Assert.ThrowsAsync<CapacityExceededException>(() => cluster.Image(id).ReadPieceAsync(TestCluster.EncoderName, 0, Token));
        Assert.Contains("evicted 3 times", problem.Message, StringComparison.Ordinal);

        using var kept = await encoder.Encoder.EncodeAsync(id, Pictures.Png(4), Token); // room for a moment
        var count = encoder.Encoder.EncodedCount;
        using var lease = await cluster.Resolver(decoder).GetAsync(id, TestCluster.EncoderName, Token);
        Assert.Equal(FeatureBytes.ToBytes(kept.Features), FeatureBytes.ToBytes(lease.Features));
        Assert.Equal(count, encoder.Encoder.EncodedCount);
        Assert.Equal(descriptor, await cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token));
    }

    [Fact]
    public async Task A_piece_that_is_asked_for_after_eviction_is_encoded_again()
    {
        var encoder = Silo(WorkerRole.Encoder);
        await using var cluster = await TestCluster.StartAsync(encoder);
        var id = await cluster.PutAsync(Pictures.Png(5));
        var descriptor = await cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token);
        var before = await PiecesAsync(cluster.Image(id), descriptor);
        encoder.Encoder!.Forget(id);
        Assert.Equal(before, await PiecesAsync(cluster.Image(id), descriptor));
        Assert.Equal(2, encoder.Encoder.EncodedCount);
        Assert.Equal(descriptor.ByteCount, before.Length);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => cluster.Image(id).ReadPieceAsync(TestCluster.EncoderName, descriptor.PieceCount, Token));
    }

    [Fact]
    public async Task Two_tenants_copies_of_one_image_have_nothing_to_do_with_each_other()
    {
        var (encoder, decoder) = (Silo(WorkerRole.Encoder), Silo(WorkerRole.Decoder));
        await using var cluster = await TestCluster.StartAsync(encoder, decoder);
        var file = Pictures.Png(6);
        var (one, other) = (await cluster.PutAsync(file, "acme"), await cluster.PutAsync(file, "globex"));
        Assert.Equal(one.Hash, other.Hash);
        await cluster.Image(one).GetFeaturesAsync(TestCluster.EncoderName, Token);
        await cluster.Image(other).GetFeaturesAsync(TestCluster.EncoderName, Token);
        Assert.Equal(2, encoder.Encoder!.EncodedCount); // no tenant can tell from the time that another has it
        await cluster.Image(one).DeleteAsync();
        Assert.Null(await cluster.Image(one).DescribeAsync());
        Assert.Null(encoder.Encoder.Find(one));
        await Assert.ThrowsAsync<ImageNotFoundException>(() => cluster.Image(one).ReadAsync());
        await Assert.ThrowsAsync<ImageNotFoundException>(() => cluster.Resolver(decoder).GetAsync(one, TestCluster.EncoderName, Token));
        Assert.Equal(file, (await cluster.Image(other).ReadAsync()).Value);
        using var lease = await cluster.Resolver(decoder).GetAsync(other, TestCluster.EncoderName, Token);
        Assert.Equal(2, encoder.Encoder.EncodedCount);
        Assert.Equal(file.Length, (await cluster.Image(other).DescribeAsync())!.ByteCount);
    }

    [Fact]
    public async Task Equal_raw_bytes_of_other_sides_are_another_image()
    {
        var encoder = Silo(WorkerRole.Encoder);
        await using var cluster = await TestCluster.StartAsync(encoder);
        var pixels = new byte[3 * 30 * 100];
        new Random(7).NextBytes(pixels);
        var wide = await cluster.PutAsync(Pictures.Png(pixels, 100, 30), width: 100, height: 30);
        var tall = await cluster.PutAsync(Pictures.Png(pixels, 30, 100), width: 30, height: 100);
        Assert.NotEqual(wide, tall);
        using var first = await cluster.Resolver(encoder).GetAsync(wide, TestCluster.EncoderName, Token);
        using var second = await cluster.Resolver(encoder).GetAsync(tall, TestCluster.EncoderName, Token);
        Assert.NotEqual(FeatureBytes.ToBytes(first.Features), FeatureBytes.ToBytes(second.Features));
    }

    [Fact]
    public async Task A_full_encoder_is_told_to_the_caller_and_room_comes_back()
    {
        var (encoder, decoder) = (Silo(WorkerRole.Encoder, maxWaiting: 2), Silo(WorkerRole.Decoder));
        await using var cluster = await TestCluster.StartAsync(encoder, decoder);
        var ids = await Task.WhenAll(Enumerable.Range(10, 4).Select(seed => cluster.PutAsync(Pictures.Png(seed))));
        encoder.IsHeld = true;
        var asked = ids.Select(id => cluster.Resolver(decoder).GetAsync(id, TestCluster.EncoderName, Token)).ToArray();
        var refused = new List<Exception>();
        foreach (var i in Enumerable.Range(0, 2))
        {
            var task = await Task.WhenAny(asked.Where(task => !task.IsFaulted || !refused.Contains(task.Exception!.InnerException!)));
            refused.Add(await Assert.ThrowsAsync<CapacityExceededException>(() => task));
        }

        Assert.All(refused, problem => Assert.True(((CapacityExceededException)problem).IsPassing));
        Assert.All(refused, problem => Assert.Equal("2 images wait already, of at most 2.", problem.Message));
        encoder.IsHeld = false;
        foreach (var task in asked.Where(task => !task.IsFaulted))
        {
            (await task).Dispose();
        }

        foreach (var id in ids)
        {
            using var lease = await cluster.Resolver(decoder).GetAsync(id, TestCluster.EncoderName, Token);
        }

        Assert.Equal(4, encoder.Encoder!.EncodedCount);
        Assert.Equal(0, encoder.Encoder.OpenCount);
    }

    [Fact]
    public async Task What_a_full_encoder_refuses_another_that_the_directory_knows_takes_on()
    {
        var (full, free, decoder) = (Silo(WorkerRole.Encoder, maxWaiting: 1), Silo(WorkerRole.Encoder), Silo(WorkerRole.Decoder));
        await using var cluster = await TestCluster.StartAsync(full, free, decoder);
        var ids = await Task.WhenAll(Enumerable.Range(40, 6).Select(seed => cluster.PutAsync(Pictures.Png(seed))));
        full.IsHeld = true;
        await cluster.Grains.GetGrain<IWorkerDirectoryGrain>(0).ReportAsync(new WorkerInfo(cluster.WorkerKey(free), WorkerRole.Encoder, "weights") { Limit = 99 });
        var asked = ids.Select(id => cluster.Resolver(decoder).GetAsync(id, TestCluster.EncoderName, Token)).ToList();
        for (var i = 0; i < 5; i++)
        {
            var done = await Task.WhenAny(asked);
            asked.Remove(done);
            (await done).Dispose();
        }

        full.IsHeld = false;
        (await asked[0]).Dispose();
        Assert.InRange(free.Encoder!.EncodedCount, 5, 6);
        Assert.Equal(6, full.Encoder!.EncodedCount + free.Encoder.EncodedCount);
        Assert.Equal(6, decoder.Cache.Count);
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_the_encoding_to_the_others()
    {
        var encoder = Silo(WorkerRole.Encoder);
        await using var cluster = await TestCluster.StartAsync(encoder);
        var id = await cluster.PutAsync(Pictures.Png(20));
        encoder.IsHeld = true;
        using var impatient = new CancellationTokenSource();
        var given = cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, impatient.Token);
        var other = cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token);
        await Task.Delay(100, Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(other.IsCompleted);
        encoder.IsHeld = false;
        await other;
        Assert.Equal(1, encoder.Encoder!.EncodedCount);
    }

    [Fact]
    public async Task Bytes_that_are_not_the_image_are_refused()
    {
        await using var cluster = await TestCluster.StartAsync(Silo(WorkerRole.Encoder));
        var (file, other) = (Pictures.Png(30), Pictures.Png(31));
        var info = Pictures.Info(file);
        var problem = await Assert.ThrowsAsync<InvalidImageException>(() => cluster.Image(info.Id).PutAsync(other.AsImmutable(), info));
        Assert.Equal("image_hash_mismatch", problem.Code);
        Assert.Contains(Pictures.Info(other).Id.Hash, problem.Message, StringComparison.Ordinal);
        problem = await Assert.ThrowsAsync<InvalidImageException>(() => cluster.Image(info.Id).PutAsync(file.AsImmutable(), info with { ByteCount = 1 }));
        Assert.Equal("image_info_mismatch", problem.Code);
        Assert.Null(await cluster.Image(info.Id).DescribeAsync());
        await Assert.ThrowsAsync<ImageNotFoundException>(() => cluster.Image(info.Id).GetFeaturesAsync(TestCluster.EncoderName, Token));

        byte[] noImage = [1, 2, 3];
        var id = await cluster.PutAsync(noImage);
        problem = await Assert.ThrowsAsync<InvalidImageException>(() => cluster.Image(id).GetFeaturesAsync(TestCluster.EncoderName, Token));
        Assert.Equal(("image_unreadable", "The 3 bytes are not an image of a known format (JPEG, PNG, WebP, GIF, BMP)."), (problem.Code, problem.Message));
    }

    private static TestSilo Silo(WorkerRole roles, long cacheBytes = long.MaxValue, int maxWaiting = 256) => new(roles, TestCluster.Model, cacheBytes, maxWaiting: maxWaiting);

    private static async Task<byte[]> PiecesAsync(IImageGrain image, PyramidDescriptor descriptor)
    {
        var run = new List<byte>();
        for (var piece = 0; piece < descriptor.PieceCount; piece++)
        {
            run.AddRange((await image.ReadPieceAsync(TestCluster.EncoderName, piece, Token)).Value);
        }

        return [.. run];
    }

    private static float Distance(ImageFeatures features, byte[] file)
    {
        using var quiet = TorchSharp.torch.no_grad();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var processor = new ImageProcessor();
        var pixels = processor.CenterCrop(processor.Decode(file, DecodePolicy.ForUsers), TestCluster.Model.Config.ImageResolutionEncoder);
        var expected = TestCluster.Model.VisualTokenizer.Encode(ImageProcessor.ToTensor(pixels));
        return expected.Pyramid.Levels.Append(expected.VisualTokens).Zip(features.Pyramid.Levels.Append(features.VisualTokens))
            .Max(pair => (pair.First - pair.Second).abs().max().item<float>());
    }
}
