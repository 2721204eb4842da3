using MmiGrains.Kernels;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Interleaved;

/// <summary>MM-Interleaved (arXiv 2401.10208): reads and writes text and images in one sequence.</summary>
public sealed class MmInterleaved : Module
{
    [ComponentName(Name = "soi_token")] private readonly Parameter _soiToken;
    [ComponentName(Name = "visual_tokenizer")] private readonly VisualTokenizer _visualTokenizer;
    [ComponentName(Name = "mm_decoder")] private readonly LlamaModel _decoder;
    [ComponentName(Name = "text_decoder")] private readonly TextDecoder _textDecoder;
    [ComponentName(Name = "image_decoder")] private readonly ImageDecoder _imageDecoder;
    [ComponentName(Name = "context_feat_proj")] private readonly Linear _contextProjection;

    /// <param name="config">Sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public MmInterleaved(MmInterleavedConfig config, KernelSet kernels) : base(nameof(MmInterleaved))
    {
        Config = config;
        _soiToken = Parameter(zeros(1, config.Llm.HiddenSize));
        _visualTokenizer = new VisualTokenizer(config, kernels);
        _decoder = new LlamaModel(config.Llm, config.Sequence.VocabSizeTotal, kernels);
        _textDecoder = new TextDecoder(config.Llm.HiddenSize, config.Sequence.VocabSizeTotal, config.Sequence.VocabSizeBase);
        _imageDecoder = new ImageDecoder(config, kernels);
        _contextProjection = Linear(config.Llm.HiddenSize, config.Llm.HiddenSize);
        RegisterComponents();
        FreshWeights.Fill(_contextProjection.weight!);
    }

    /// <summary>Sizes.</summary>
    public MmInterleavedConfig Config { get; }

    /// <summary>Type of the weights, and so of the activations.</summary>
    public ScalarType Type => _soiToken.dtype;

    /// <summary>Where the weights are.</summary>
    public Device Device => _soiToken.device;

    /// <summary>Images to visual tokens and pyramids.</summary>
    public VisualTokenizer VisualTokenizer => _visualTokenizer;

    /// <summary>The language model's body.</summary>
    public LlamaModel Decoder => _decoder;

    /// <summary>Paints images.</summary>
    public ImageDecoder ImageDecoder => _imageDecoder;

    /// <summary>Runs single tokens of the language model; null until <see cref="PrepareForInference"/>, and then tensors do.</summary>
    public DecodePass? DecodePass { get; private set; }

    /// <summary>
    /// Makes the language model ready for decoding on the CPU: its products go through our own kernels, and its weights may be kept in
    /// fewer bits. For good: the model can no longer be trained or moved. The weights must be float32 on the CPU.
    /// </summary>
    public void PrepareForInference(WeightFormat format = WeightFormat.Float32)
    {
        if (Type != ScalarType.Float32 || _soiToken.device_type != DeviceType.CPU)
        {
            throw new InvalidOperationException($"Kernels for decoding run in float32 on the CPU; the model is {Type} on {_soiToken.device}.");
        }

        if (DecodePass is not null && DecodePass.Format != format)
        {
            throw new InvalidOperationException($"The model's weights are {DecodePass.Format} already and cannot become {format}.");
        }

        DecodePass ??= new DecodePass(_decoder, _textDecoder, format);
    }

    /// <summary>A batch of this model's sequences.</summary>
    public InterleavedBatch Batch(Tensor tokenIds, Tensor? attentionMask = null, IReadOnlyList<long>? nearestBos = null) =>
        new(tokenIds, attentionMask, Config.SpecialTokens, Config.Sequence.NumImgToken, nearestBos);

    /// <summary>Token embeddings with visual tokens in their places, and the learned part of the begin-of-image token added.</summary>
    /// <param name="tokenIds">[rows, length].</param>
    /// <param name="visualTokens">[images, visual tokens, hidden], in row order; null where there are none.</param>
    /// <returns>[rows, length, hidden].</returns>
    public Tensor Embed(Tensor tokenIds, Tensor? visualTokens)
    {
        var embedded = _decoder.Embed(tokenIds).flatten(0, 1);
        var ids = tokenIds.flatten();
        var places = (ids == Config.SpecialTokens.Image).nonzero().squeeze(1);
        var count = visualTokens is null ? 0 : visualTokens.shape[0] * visualTokens.shape[1];
        if (places.shape[0] != count)
        {
            throw new ArgumentException($"The sequence has room for {places.shape[0]} visual tokens; {count} are given.");
        }

        if (count > 0)
        {
            embedded = embedded.to_type(visualTokens!.dtype).index_copy(0, places, visualTokens.flatten(0, 1));
        }

        var soi = (ids == Config.SpecialTokens.Soi).nonzero().squeeze(1);
        if (soi.shape[0] > 0)
        {
            embedded = embedded.index_add(0, soi, _soiToken.expand(soi.shape[0], -1), 1);
        }

        return embedded.view(tokenIds.shape[0], tokenIds.shape[1], -1);
    }

    /// <summary>Images' features as rows of slots for the language model: [rows, slots, positions, channels], zeros where empty.</summary>
    public Tensor GatherFeatures(InterleavedBatch batch, FeaturePyramid pyramid)
    {
        var features = pyramid.Select(Config.Llm.Mmfs.Levels).Flatten();
        var slots = batch.Slots();
        var none = zeros_like(features.narrow(0, 0, 1));
        var rows = Enumerable.Range(0, (int)batch.Rows).SelectMany(row => Enumerable.Range(0, batch.MaxImages)
            .Select(n => slots[row, n] < 0 ? none : features.narrow(0, slots[row, n], 1)));
        return cat(rows.ToArray(), 0).view(batch.Rows, batch.MaxImages, features.shape[1], features.shape[2]);
    }

    /// <summary>Projects a batch's images for the language model. Without images every token sees none, which is not the same as not looking.</summary>
    public VisibleImages ProjectImages(InterleavedBatch batch, EncodedImages? images)
    {
        if (images is null || batch.MaxImages == 0)
        {
            return new VisibleImages(NoImages(batch.Rows), zeros([batch.Rows, batch.Length, 0]));
        }

        var levels = images.Pyramid.Select(Config.Llm.Mmfs.Levels).Shapes;
        return new VisibleImages(_decoder.ProjectImages(GatherFeatures(batch, images.Pyramid), levels), batch.Visibility());
    }

    /// <summary>The memory of rows that hold no image.</summary>
    public ImageMemory NoImages(long rows) =>
        _decoder.ProjectImages(zeros([rows, 0, 1, Config.Llm.Mmfs.ValueInputDim], dtype: _soiToken.dtype, device: _soiToken.device), []);

    /// <summary>[..., hidden] to logits [..., vocabulary].</summary>
    public Tensor Logits(Tensor hiddenStates) => _textDecoder.forward(hiddenStates);

    /// <summary>What images are painted from: projected hidden states, newest first, with their distance from the image added.</summary>
    /// <param name="batch">Token rows.</param>
    /// <param name="hiddenStates">[rows, length, hidden], the language model's last.</param>
    /// <param name="images">Which images; null for all.</param>
    /// <returns>[images, longest, hidden] and a mask [images, longest].</returns>
    public (Tensor Contexts, Tensor Mask) ProjectContexts(InterleavedBatch batch, Tensor hiddenStates, IReadOnlyList<int>? images = null)
    {
        var (features, mask) = batch.Contexts(hiddenStates, images);
        return (ProjectContexts(features), mask);
    }

    /// <summary>The same for contexts that are already cut out and reversed: [images, longest, hidden] to the same.</summary>
    public Tensor ProjectContexts(Tensor reversedStates)
    {
        var positions = SinCosPositions.OneDimension(reversedStates.shape[1], reversedStates.shape[2]);
        return _contextProjection.forward(reversedStates) + positions.to(reversedStates.device).to_type(reversedStates.dtype);
    }

    /// <summary>The pyramids that painted images look at: [images, slots, channels, height, width] per level, and which slots are filled.</summary>
    /// <param name="preceding">For each painted image the images it looks at, oldest first.</param>
    /// <param name="levels">[all images, channels, height, width] each.</param>
    /// <param name="slots">Slots per painted image.</param>
    public static (IReadOnlyList<Tensor> Levels, Tensor Mask) GatherPreceding(IReadOnlyList<int[]> preceding, IReadOnlyList<Tensor> levels, int slots)
    {
        var gathered = levels.Select(level =>
        {
            var none = zeros_like(level.narrow(0, 0, 1));
            var rows = preceding.SelectMany(seen => Enumerable.Range(0, slots).Select(s => s < seen.Length ? level.narrow(0, seen[s], 1) : none));
            return cat(rows.ToArray(), 0).view([preceding.Count, slots, .. level.shape[1..]]);
        });
        var mask = preceding.SelectMany(seen => Enumerable.Range(0, slots).Select(s => s < seen.Length ? 1L : 0L)).ToArray();
        return ([.. gathered], tensor(mask, [preceding.Count, slots], device: levels[0].device));
    }

    /// <summary>The language model's last hidden states of whole rows: [rows, length, hidden].</summary>
    /// <param name="batch">Token rows.</param>
    /// <param name="images">Their images; null for none.</param>
    /// <param name="isolate">Whether a document's tokens see no other document's in the same row.</param>
    public Tensor HiddenStates(InterleavedBatch batch, EncodedImages? images, bool isolate = false) =>
        _decoder.Forward(new LlamaInput(Embed(batch.TokenIds, images?.VisualTokens))
        {
            KeyMask = batch.AttentionMask,
            Documents = isolate ? batch.Documents() : null,
            Images = Config.Ablation.MmfsInLanguageModel ? ProjectImages(batch, images) : null,
        });

    /// <summary>The training loss: next tokens, and the noise in the images. Without images their loss is 0.</summary>
    public TrainingLosses Loss(TrainingExample example)
    {
        var batch = example.Batch;
        var encoded = example.EncoderPixels.shape[0] == 0 ? null : _visualTokenizer.Encode(example.EncoderPixels, example.ReadImages);
        var hidden = HiddenStates(batch, encoded, example.IsolatesDocuments);

        var requireImage = Config.Loss.DatasetsIgnoringTextWithoutImage.Contains(example.DatasetName);
        var targets = example.TargetIds?.narrow(1, 1, batch.Length - 1) ?? batch.TextTargets(example.PromptLengths, requireImage);
        var text = TextLoss.Compute(Logits(hidden), targets);
        var image = encoded is null ? zeros_like(text) : ImageLoss(example, encoded, hidden);
        var total = (image * (example.ImageWeight ?? Config.Loss.ImageWeight)) + (text * (example.TextWeight ?? Config.Loss.TextWeight));
        return new TrainingLosses(text, image, total);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DecodePass?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor ImageLoss(TrainingExample example, EncodedImages encoded, Tensor hidden)
    {
        var (contexts, mask) = ProjectContexts(example.Batch, hidden);
        var slots = _imageDecoder.ContextImages;
        var (levels, filled) = GatherPreceding(example.Batch.PrecedingImages(slots), encoded.Pyramid.Levels, slots);
        return _imageDecoder.Loss(example.DecoderPixels, contexts, mask, levels, filled, example.Draws, example.ImageMask);
    }
}
