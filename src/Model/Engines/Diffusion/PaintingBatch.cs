using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Diffusion;

/// <summary>
/// What stays the same from step to step while the same images are painted: their prompts and the images that they look at, projected once.
/// A guided image has two rows, the unconditional one first. Owns its tensors.
/// </summary>
internal sealed class PaintingBatch : IDisposable
{
    private readonly Tensor _conditioning;
    private readonly VisibleImages? _images;

    public PaintingBatch(MmInterleaved model, IReadOnlyList<Painting> paintings)
    {
        using var scope = NewDisposeScope();
        Paintings = paintings;
        var decoder = model.ImageDecoder;
        var (tokens, width) = (model.Config.ImageResampler.NumQueries, model.Config.ImageResampler.HiddenSize);
        _conditioning = cat(paintings.SelectMany(painting =>
        {
            var prompt = tensor(painting.Task.Request.Prompt, [1, tokens, width]);
            return painting.IsGuided ? new[] { decoder.Unconditional, prompt } : [prompt];
        }).ToArray(), 0);
        _images = Images(model, paintings) is { } images
            ? new VisibleImages(images.Memory.Detach(), images.Visibility.DetachFromDisposeScope()) { Recorders = Recorders(paintings) }
            : null;
        _conditioning.DetachFromDisposeScope(); // last: where the images cannot be projected, nothing stays behind
    }

    public IReadOnlyList<Painting> Paintings { get; }

    /// <summary>Rows, guided images counted twice.</summary>
    public static IEnumerable<int> Rows(IReadOnlyList<Painting> paintings) => paintings.SelectMany((painting, i) => Enumerable.Repeat(i, painting.IsGuided ? 2 : 1));

    /// <summary>The noise of every row: [rows, channels, side, side].</summary>
    public Tensor PredictNoise(StableDiffusion decoder)
    {
        var rows = Rows(Paintings).ToArray();
        var latents = cat(rows.Select(row => Paintings[row].Latents).ToArray(), 0);
        var timesteps = tensor(rows.Select(row => (long)Paintings[row].Timestep).ToArray());
        return decoder.PredictNoise(latents, timesteps, _conditioning, _images);
    }

    public void Dispose()
    {
        _conditioning.Dispose();
        _images?.Memory.Dispose();
        _images?.Visibility.Dispose();
    }

    // Of a guided image the row that has heard the words.
    private static LookRecorder?[]? Recorders(IReadOnlyList<Painting> paintings) => paintings.All(painting => painting.Task.Request.Looks is null)
        ? null
        : [.. paintings.SelectMany(painting => painting.IsGuided ? new[] { null, painting.Task.Request.Looks } : [painting.Task.Request.Looks])];

    // Everyone has as many slots as the painter looks at; those that are not filled stay hidden.
    private static VisibleImages? Images(MmInterleaved model, IReadOnlyList<Painting> paintings)
    {
        var slots = model.ImageDecoder.ContextImages;
        var seen = paintings.Select(painting => painting.Task.Request.Before.TakeLast(slots).ToArray()).ToArray();
        var levels = model.Config.PyramidSides.Select((side, l) => cat(seen.Select(images =>
        {
            var missing = zeros([1, slots - images.Length, model.Config.VisionEncoder.HiddenSize, side, side]);
            return cat([.. images.Select(image => image.Pyramid.Levels[l].unsqueeze(0)), missing], 1);
        }).ToArray(), 0)).ToArray();
        var filled = tensor(seen.SelectMany(images => Enumerable.Range(0, slots).Select(slot => slot < images.Length ? 1L : 0L)).ToArray(), [seen.Length, slots]);
        var rows = tensor(Rows(paintings).Select(row => (long)row).ToArray());
        return model.ImageDecoder.ProjectImages(levels, filled) is { } images
            ? new VisibleImages(images.Memory.SelectRows(rows), images.Visibility.index_select(0, rows))
            : null;
    }
}
