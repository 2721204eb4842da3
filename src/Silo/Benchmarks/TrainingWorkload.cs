using MmiGrains.Kernels;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>A fresh model and its trainer, and the parts of a training step one by one.</summary>
internal sealed class TrainingWorkload : IDisposable
{
    private readonly MmInterleaved _model;
    private readonly Trainer _trainer;
    private readonly Collator _collator;

    public TrainingWorkload(MmInterleavedConfig config, KernelSet kernels, bool recomputes = false)
    {
        manual_seed(1);
        _model = ModelFolder.Create(config, kernels);
        var stage = new TrainingStage { Train = "all", IsolateSamples = true, RecomputeActivations = recomputes };
        (_trainer, _collator) = (new Trainer(_model, stage, seed: 1), new Collator(_model, stage.IsolateSamples));
        _model.train();
    }

    /// <summary>A whole step, as training makes it.</summary>
    public void Step(IReadOnlyList<PackedRow> rows) => _trainer.Step([rows]);

    /// <summary>
    /// A step's parts, in order: tensors from rows, vision encoder, language model, autoencoder's latents, resampler and UNet, backward pass,
    /// optimizer. What the loss does besides (heads' cross entropy, gathering of features) counts to resampler and UNet.
    /// </summary>
    /// <returns>Seconds of each.</returns>
    public double[] Parts(IReadOnlyList<PackedRow> rows)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        TrainingExample example = null!;
        EncodedImages encoded = null!;
        TrainingLosses losses = null!;
        var collate = Stopwatches.Once(() => example = _collator.Collate(rows, generator));
        var vision = Once(() => encoded = _model.VisualTokenizer.Encode(example.EncoderPixels));
        var language = Once(() => _model.Logits(_model.Decoder.Forward(new LlamaInput(_model.Embed(example.Batch.TokenIds, encoded.VisualTokens))
        {
            KeyMask = example.Batch.AttentionMask,
            Documents = example.Batch.Documents(),
            Images = _model.ProjectImages(example.Batch, encoded),
        })));
        var latents = Latents(example);
        var whole = Once(() => losses = _model.Loss(example));
        var backward = Once(() => losses.Total.backward());
        var optimizer = Once(() => _trainer.Optimizer.Step(rate: 1, gradientScale: 1, _trainer.Optimizer.GradientNorm()));
        return [collate, vision, language, latents, Math.Max(0, whole - vision - language - latents), backward, optimizer];
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _model.Dispose();
    }

    // Only of images that are trained, as in the loss.
    private double Latents(TrainingExample example)
    {
        using var quiet = no_grad();
        var trained = example.DecoderPixels.index_select(0, example.ImageMask!.nonzero().squeeze(1));
        return trained.shape[0] == 0 ? 0 : Once(() => _model.ImageDecoder.Decoder.Vae.Encode((trained * 2) - 1));
    }

    private static double Once(Action action) => Stopwatches.Once(action);
}
