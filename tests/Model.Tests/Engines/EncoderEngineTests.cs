using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.ImageEncoding;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>The encoder engine, stepped by hand and on a device's thread.</summary>
public sealed class EncoderEngineTests : IDisposable
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = SeededModel.Create();

    [Fact]
    public async Task Images_of_a_batch_get_what_each_gets_alone()
    {
        var images = Enumerable.Range(0, 5).Select(Image).ToArray();
        using var engine = new EncoderEngine(_model, new() { MaxBatch = 3 });
        var features = images.Select(image => engine.EncodeAsync(image)).ToArray();
        Assert.True(engine.Step());
        Assert.Equal(3, features.Count(task => task.IsCompleted));
        Assert.False(engine.Step());
        for (var i = 0; i < images.Length; i++)
        {
            using var one = await features[i];
            Assert.Equal(ImageFeatures.BytesOf(_model.Config), one.ByteCount);
            using var scope = NewDisposeScope();
            var expected = _model.VisualTokenizer.Encode(ImageProcessor.ToTensor(images[i]));
            Near(expected.VisualTokens, one.VisualTokens);
            foreach (var (level, own) in expected.Pyramid.Levels.Zip(one.Pyramid.Levels))
            {
                Near(level, own);
            }
        }
    }

    [Fact]
    public async Task Refusals_and_cancellations_leave_nothing_behind()
    {
        using var engine = new EncoderEngine(_model, new() { MaxWaiting = 1 });
        using var cancel = new CancellationTokenSource();
        var cancelled = engine.EncodeAsync(Image(0), cancel.Token);
        Assert.True(Assert.Throws<CapacityException>(() => { _ = engine.EncodeAsync(Image(1), TestContext.Current.CancellationToken); }).IsPassing);
        Assert.Contains(
            "reads images of 64 x 64; this one has 8 x 8",
            Assert.Throws<ArgumentException>(() => { _ = engine.EncodeAsync(new RgbImage(8, 8, new byte[192]), TestContext.Current.CancellationToken); }).Message,
            StringComparison.Ordinal);
        await cancel.CancelAsync();
        engine.Step();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(0, engine.OpenCount);
    }

    [Fact]
    public async Task A_batch_whose_step_throws_fails_and_leaves_the_queue()
    {
        var broken = SeededModel.Create();
        using var engine = new EncoderEngine(broken, new());
        var waiting = engine.EncodeAsync(Image(0), TestContext.Current.CancellationToken);
        broken.Dispose();
        Assert.ThrowsAny<Exception>(() => engine.Step());
        await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.True(waiting.IsFaulted);
        Assert.Equal(0, engine.OpenCount);
    }

    [Fact]
    public async Task A_devices_thread_wakes_for_work_and_a_step_that_throws_fails_its_requests_alone()
    {
        using var broken = new BrokenEngine();
        var engine = new EncoderEngine(_model, new());
        using var device = new DeviceThread("cpu", broken, engine);
        broken.Ask();
        using var features = await engine.EncodeAsync(Image(0), TestContext.Current.CancellationToken);
        Assert.Equal("broken", await broken.Failure.Task);
        Assert.InRange(device.SinceLastStep, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _quiet.Dispose();
    }

    private static RgbImage Image(int index) => ((SceneImage)SceneSamples.Get(SceneSplit.Validation, SceneTask.Caption, index).Data.Pieces
        .OfType<MmiGrains.Model.Data.ImagePiece>().First().Image).Load(64);

    private static void Near(Tensor expected, Tensor actual) => Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-3f);

    private sealed class BrokenEngine : IEngine
    {
        private bool _asked;

        public TaskCompletionSource<string> Failure { get; } = new();

        public string Name => "broken";

        public Action? WorkArrived { get; set; }

        public void Ask()
        {
            _asked = true;
            WorkArrived?.Invoke();
        }

        public bool Step() => _asked ? throw new InvalidOperationException("broken") : false;

        public void FailAll(Exception problem)
        {
            _asked = false;
            Failure.TrySetResult(problem.Message);
        }

        public void Dispose()
        {
        }
    }
}
