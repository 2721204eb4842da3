using MmiGrains.Model.Data;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Evaluation;

/// <summary>Lets a model paint the image that follows each of many prompts, some prompts at a time.</summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="options">How.</param>
/// <param name="batchSize">Prompts at a time.</param>
public sealed class PicturePainter(MmInterleaved model, LlamaTokenizer tokenizer, DenoisingOptions options, int batchSize)
{
    private readonly SampleTokenizer _samples = new(tokenizer, model.Config);

    /// <summary>The pictures that follow.</summary>
    /// <param name="prompts">What is given: the pieces before the image.</param>
    /// <param name="seed">Seed of the first picture's noise; the others' follow, whatever is painted together.</param>
    /// <param name="begin">What to begin at instead of noise alone: each prompt's true picture, and the timestep whose noise is added.</param>
    public IReadOnlyList<RgbImage> Paint(IReadOnlyList<IReadOnlyList<SamplePiece>> prompts, long seed, (IReadOnlyList<RgbImage> Truths, int Timestep)? begin = null) =>
        [.. Enumerable.Range(0, prompts.Count).Chunk(batchSize).SelectMany(chunk => Paint(
            [.. chunk.Select(i => PromptRows.Before(_samples, prompts[i]))], [.. chunk.Select(i => seed + i)],
            begin is var (truths, timestep) ? denoising => denoising.BeginAt(model.ImageDecoder.Encode(ImageProcessor.ToTensor([.. chunk.Select(i => truths[i])])), timestep) : null))];

    private RgbImage[] Paint(TokenizedSample[] rows, long[] seeds, Action<Denoising>? begin)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (config, special) = (model.Config, model.Config.SpecialTokens);

        // The image to come is a grey place holder that nothing before it sees.
        long[] image = [special.Soi, .. Enumerable.Repeat((long)special.Image, config.Sequence.NumImgToken)];
        var (ids, real) = PromptRows.Pad([.. rows.Select(row => (IReadOnlyList<long>)[.. row.Ids, .. image])], special.Pad, onLeft: false);
        var grey = ImageProcessor.FromTensor(ImageProcessor.Placeholder(config.ImageResolutionEncoder));
        var encoded = PromptRows.Encode(model, [.. rows.SelectMany(row => row.Images.Select(shown => shown.ForEncoder).Append(grey))])!;
        var batch = model.Batch(ids, real);
        var hidden = model.HiddenStates(batch, encoded);

        var painted = rows.Select((row, r) => rows.Take(r + 1).Sum(before => before.Images.Count + 1) - 1).ToArray();
        var (contexts, mask) = model.ProjectContexts(batch, hidden, painted);
        var slots = model.ImageDecoder.ContextImages;
        var preceding = batch.PrecedingImages(slots);
        var (levels, filled) = MmInterleaved.GatherPreceding([.. painted.Select(i => preceding[i])], encoded.Pyramid.Levels, slots);
        SeededNoise[] noises = [.. seeds.Select(seed => new SeededNoise(seed))];
        using var denoising = model.ImageDecoder.Begin(
            model.ImageDecoder.Resampler.Resample(contexts, mask), model.ImageDecoder.ProjectImages(levels, filled), options,
            shape => cat([.. noises.Select(noise => noise.Draw([1, .. shape[1..]]))], 0));
        begin?.Invoke(denoising);
        var pixels = model.ImageDecoder.Decode(denoising.Finish().Latents);
        Array.ForEach(noises, noise => noise.Dispose());
        return [.. Enumerable.Range(0, rows.Length).Select(r => ImageProcessor.FromTensor(pixels[r]))];
    }
}
