using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>The diffusion engine, stepped by hand.</summary>
public sealed class DiffusionEngineTests : IDisposable
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = SeededModel.Create();

    [Theory]
    [InlineData("ddpm", 4, 5.0, 1)]
    [InlineData("ddim", 3, 1.0, 0)]
    [InlineData("dpm++", 5, 2.5, 1)]
    public void An_image_is_what_painting_it_alone_from_start_to_end_yields(string sampler, int steps, double guidance, int before)
    {
        var request = Request(1, steps, guidance, sampler, before);
        using var engine = new DiffusionEngine(_model, new());
        var task = engine.Submit(request);
        Drain(engine);

        var prompt = tensor(request.Prompt, [1, _model.Config.ImageResampler.NumQueries, _model.Config.ImageResampler.HiddenSize]);
        var levels = _model.Config.PyramidSides.Select((side, l) => before == 0
            ? zeros([1, 1, _model.Config.VisionEncoder.HiddenSize, side, side])
            : request.Before[^1].Pyramid.Levels[l].unsqueeze(0)).ToArray();
        var images = _model.ImageDecoder.ProjectImages(levels, tensor(new[] { (long)before }, [1, 1]));
        using var noise = new SeededNoise(request.Seed);
        using var denoising = _model.ImageDecoder.Begin(prompt, images, request.Options, noise.Draw);
        var expected = ImageProcessor.FromTensor(_model.ImageDecoder.Decode(denoising.Finish().Latents)[0]);
        Close(expected, Last(task));
    }

    [Fact]
    public void Images_that_come_and_go_do_not_change_each_other()
    {
        PaintRequest[] requests =
            [Request(1, 6, 4, "ddpm", 2), Request(2, 3, 1, "ddim", 0), Request(3, 5, 2, "dpm++", 1), Request(4, 4, 7.5, "ddpm", 1)];
        var alone = requests.Select(request =>
        {
            using var engine = new DiffusionEngine(_model, new());
            var task = engine.Submit(request);
            Drain(engine);
            return Last(task);
        }).ToArray();

        using var shared = new DiffusionEngine(_model, new() { MaxBatch = 3 });
        var tasks = requests.Select(request =>
        {
            var task = shared.Submit(request);
            shared.Step();
            return task;
        }).ToArray();
        Drain(shared);
        foreach (var (expected, task) in alone.Zip(tasks))
        {
            Close(expected, Last(task));
        }
    }

    [Fact]
    public void Progress_comes_step_by_step_and_previews_come_now_and_then()
    {
        using var engine = new DiffusionEngine(_model, new());
        var task = engine.Submit(Request(1, 5, 1, "ddim", 0) with { PreviewEvery = 2 });
        Drain(engine);
        var progress = Events(task).OfType<PaintProgress>().ToArray();
        Assert.Equal([1, 2, 3, 4, 5], progress.Select(step => step.Step));
        Assert.Equal([2, 4], progress.Where(step => step.Preview is not null).Select(step => step.Step));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.5)]
    public void Looks_are_told_and_the_image_stays_the_same(double guidance)
    {
        using var engine = new DiffusionEngine(_model, new());
        var request = Request(1, 3, guidance, "ddim", before: 1);
        var (all, place) = (new LookRecorder(), new LookRecorder((0.2f, 0.7f)));
        var tasks = new[] { request, request with { Looks = all }, request with { Looks = place } }.Select(one =>
        {
            var task = engine.Submit(one);
            Drain(engine);
            return task;
        }).ToArray();
        Close(Last(tasks[0]), Last(tasks[1]));
        foreach (var look in new[] { all.Finish(), place.Finish() })
        {
            Assert.Equal(0, Assert.Single(look.Images).Image);
            Assert.Equal(1, look.Images[0].Share + look.Nothing + look.Outside, 1e-3);
        }

        Assert.NotEqual(all.Finish().Images[0].Share, place.Finish().Images[0].Share);
    }

    [Fact]
    public void A_cancelled_image_ends_between_steps_and_chat_comes_before_jobs()
    {
        using var engine = new DiffusionEngine(_model, new() { MaxBatch = 1 });
        var first = engine.Submit(Request(1, 5, 1, "ddim", 0));
        var job = engine.Submit(Request(2, 1, 1, "ddim", 0) with { Priority = 1 });
        var chat = engine.Submit(Request(3, 1, 1, "ddim", 0));
        engine.Step();
        first.Cancel();
        engine.Step();
        Assert.IsType<PaintCancelled>(Events(first)[^1]);
        Assert.IsType<Painted>(Events(chat)[^1]);
        Assert.Empty(Events(job));
        job.Cancel();
        Drain(engine);
        Assert.Equal(0, engine.OpenCount);
    }

    [Fact]
    public void Scopes_take_turns()
    {
        using var engine = new DiffusionEngine(_model, new() { MaxBatch = 1 });
        var tasks = new[] { "a", "a", "a", "b" }.Select((scope, i) => engine.Submit(Request(i, 1, 1, "ddim", 0) with { Scope = scope })).ToArray();
        engine.Step();
        engine.Step();
        Assert.Equal([true, false, false, true], tasks.Select(task => task.Finished.IsCompleted));
        Drain(engine);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_image_that_cannot_be_painted_fails_alone(bool isFinite)
    {
        var good = Request(1, 4, 2, "ddim", 1);
        using var alone = new DiffusionEngine(_model, new());
        var expected = alone.Submit(good);
        Drain(alone);

        using var engine = new DiffusionEngine(_model, new());
        var bad = Request(2, 4, 2, "ddim", 1);
        if (isFinite)
        {
            bad.Before[0].Dispose(); // as a device that fails at it would
        }
        else
        {
            bad.Before[0].Pyramid.Levels[0].fill_(float.NaN);
        }

        var (first, broken) = (engine.Submit(good), engine.Submit(bad));
        Drain(engine);
        while (broken.Events.TryRead(out var progress))
        {
            Assert.IsType<PaintProgress>(progress);
        }

        Assert.True(broken.Events.Completion.IsFaulted);
        Close(Last(expected), Last(first));
        Assert.Equal(0, engine.OpenCount);
    }

    [Fact]
    public void Too_many_and_foreign_prompts_are_refused()
    {
        using var engine = new DiffusionEngine(_model, new() { MaxBatch = 1, MaxWaiting = 0 });
        engine.Submit(Request(1, 5, 1, "ddim", 0));
        Assert.True(Assert.Throws<CapacityException>(() => engine.Submit(Request(1, 5, 1, "ddim", 0))).IsPassing);
        Assert.Throws<ArgumentException>(() => engine.Submit(Request(1, 5, 1, "ddim", 0) with { Prompt = [1] }));
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _quiet.Dispose();
    }

    private PaintRequest Request(long seed, int steps, double guidance, string sampler, int before)
    {
        using var generator = new Generator((ulong)seed);
        var prompt = randn([_model.Config.ImageResampler.NumQueries * _model.Config.ImageResampler.HiddenSize], generator: generator);
        return new PaintRequest
        {
            Prompt = prompt.data<float>().ToArray(),
            Before = [.. Enumerable.Range(0, before).Select(_ => _model.VisualTokenizer.Encode(rand([1, 3, 64, 64], generator: generator)))
                .Select(encoded => new ImageFeatures(encoded.VisualTokens, encoded.Pyramid))],
            Options = new DenoisingOptions(steps, guidance, sampler),
            Seed = seed,
        };
    }

    private static void Drain(DiffusionEngine engine)
    {
        while (engine.Step())
        {
        }
    }

    private static List<PaintEvent> Events(EngineTask<PaintRequest, PaintEvent> task)
    {
        var events = new List<PaintEvent>();
        while (task.Events.TryRead(out var e))
        {
            events.Add(e);
        }

        return events;
    }

    private static RgbImage Last(EngineTask<PaintRequest, PaintEvent> task) => Assert.IsType<Painted>(Events(task)[^1]).Image;

    // Rows of another number round convolutions in another order.
    private static void Close(RgbImage expected, RgbImage actual)
    {
        var furthest = 0;
        for (var i = 0; i < expected.Pixels.Length; i++)
        {
            furthest = int.Max(furthest, Math.Abs(expected.Pixels[i] - actual.Pixels[i]));
        }

        Assert.InRange(furthest, 0, 2);
    }
}
