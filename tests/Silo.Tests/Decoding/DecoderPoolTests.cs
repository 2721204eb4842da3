using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Tests.Imaging;
using MmiGrains.Silo.Decoding;
using MmiGrains.Silo.Tests.Http;

namespace MmiGrains.Silo.Tests.Decoding;

/// <summary>Pictures decoded in real child processes.</summary>
public sealed class DecoderPoolTests
{
    private static readonly ImageProcessor Processor = new();

    // 48 million pixels in some 150 kilobytes.
    private static readonly Lazy<byte[]> Large = new(() => PngBytes.Write(8000, 6000, 8, PngBytes.Rgb, new byte[((8000 * 3) + 1) * 6000]));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_child_yields_the_pixels_that_this_process_would()
    {
        await using var pool = Pool();
        var file = SomePictures.Jpeg(200, 90);
        var image = Processor.Decode(file, DecodePolicy.ForUsers);
        Assert.Equal((200, 90), await pool.CheckAsync(file, Cancellation));
        Assert.Equal(Processor.CenterCrop(image, 32).Pixels.ToArray(), (await pool.CropAsync(file, 32, Cancellation)).Pixels.ToArray());
        var small = await pool.FitAsync(file, 50, Cancellation);
        Assert.Equal((50, ImageProcessor.Fit(image, 50).Height), (small.Width, small.Height));
        Assert.Equal(ImageProcessor.Fit(image, 50).Pixels.ToArray(), small.Pixels.ToArray());
        Assert.Single(pool.IdleIds);
    }

    [Fact]
    public async Task Damaged_files_are_refused_as_this_process_would_and_the_child_stays()
    {
        await using var pool = Pool();
        var (random, good, child) = (new Random(3), SomePictures.Png(60, 40), 0);
        for (var i = 0; i < 60; i++)
        {
            byte[] file = [.. good];
            for (var times = random.Next(1, 6); times > 0; times--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            file = i % 3 == 0 ? file[..random.Next(file.Length)] : file;
            Assert.Equal(Told(() => (object)Sides(Processor.Decode(file, DecodePolicy.ForUsers))), await ToldAsync(async () => (object)await pool.CheckAsync(file, Cancellation)));
            child = i == 0 ? Assert.Single(pool.IdleIds) : child;
        }

        Assert.Equal(child, Assert.Single(pool.IdleIds));
    }

    [Fact]
    public async Task A_picture_that_takes_too_much_memory_is_refused_and_the_next_one_is_not()
    {
        await using var pool = Pool(new() { MemoryBytes = 160 << 20, Children = 1 });
        var bomb = Large.Value;
        Assert.True(bomb.Length < 1 << 20);
        var refusal = await Assert.ThrowsAsync<ImageInputException>(() => pool.CheckAsync(bomb, Cancellation));
        Assert.Equal($"The image takes more than the limit of 160 MiB of memory to decode: it has {bomb.Length} bytes.", refusal.Message);
        Assert.Empty(pool.IdleIds);
        Assert.Equal((64, 48), await pool.CheckAsync(SomePictures.Png(), Cancellation));
    }

    [Fact]
    public async Task A_picture_that_takes_too_long_is_refused_and_its_child_is_gone()
    {
        await using var pool = Pool(new() { Time = TimeSpan.FromMilliseconds(1), Children = 1 });
        var large = Large.Value;
        var refusal = await Assert.ThrowsAsync<ImageInputException>(() => pool.CheckAsync(large, Cancellation));
        Assert.Equal($"The image takes more than the limit of 0.001 s to decode: it has {large.Length} bytes.", refusal.Message);
        Assert.Empty(pool.IdleIds);
    }

    [Fact]
    public async Task A_child_that_uses_up_its_processor_time_is_refused_in_words()
    {
        // The kernel counts whole seconds: none left ends it at its next tick.
        await using var pool = Pool(new() { ProcessorSeconds = 0, Children = 1 });
        var large = Large.Value;
        var refusal = "";
        for (var i = 0; i < 20 && refusal.Length == 0; i++)
        {
            refusal = await ToldAsync(async () => (object)await pool.FitAsync(large, 4000, Cancellation)) is string told && told.StartsWith("The image takes", StringComparison.Ordinal) ? told : "";
        }

        Assert.Equal($"The image takes more than the limit of 0 s of processor time to decode: it has {large.Length} bytes.", refusal);
    }

    [Fact]
    public async Task A_child_that_was_killed_while_it_waited_costs_nobody_a_picture()
    {
        await using var pool = Pool();
        await pool.CheckAsync(SomePictures.Png(), Cancellation);
        using (var child = Process.GetProcessById(Assert.Single(pool.IdleIds)))
        {
            child.Kill();
            await child.WaitForExitAsync(Cancellation);
        }

        Assert.Equal((64, 48), await pool.CheckAsync(SomePictures.Png(), Cancellation));
        Assert.Single(pool.IdleIds);
    }

    [Fact]
    public async Task Children_end_with_the_pool()
    {
        int child;
        await using (var pool = Pool())
        {
            await pool.CheckAsync(SomePictures.Png(), Cancellation);
            child = Assert.Single(pool.IdleIds);
        }

        Assert.False(Directory.Exists($"/proc/{child}") && !(await File.ReadAllTextAsync($"/proc/{child}/status", Cancellation)).Contains("State:\tZ", StringComparison.Ordinal));
    }

    private static DecoderPool Pool(DecodingLimits? limits = null) => new(limits ?? new(), NullLogger<DecoderPool>.Instance);

    private static (int Width, int Height) Sides(RgbImage image) => (image.Width, image.Height);

    private static object Told(Func<object> decode)
    {
        try
        {
            return decode();
        }
        catch (ImageInputException problem)
        {
            return problem.Message;
        }
    }

    private static async Task<object> ToldAsync(Func<Task<object>> decode)
    {
        try
        {
            return await decode();
        }
        catch (ImageInputException problem)
        {
            return problem.Message;
        }
    }
}
