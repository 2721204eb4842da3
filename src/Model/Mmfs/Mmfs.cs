using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.Memory;
using MmiGrains.Model.Mmfs.Looks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Mmfs;

/// <summary>
/// The multi-image multi-scale feature synchronizer (MM-Interleaved, arXiv 2401.10208, section 3.2): queries sample the
/// feature maps of every image that they may see, at points that they choose, and may choose to ignore all of them.
/// <see cref="Project"/> is done once per image, <see cref="Attend"/> once per token or denoising step.
/// </summary>
public sealed class Mmfs : Module
{
    private const float Hidden = -10000; // added to the logits of images that a query may not see, as the reference does

    [ComponentName(Name = "ignore_token")] private readonly Parameter _ignoreToken;
    [ComponentName(Name = "sampling_offsets")] private readonly Linear _samplingOffsets;
    [ComponentName(Name = "dynamic_offset_mask")] private readonly Linear _queryProjection;
    [ComponentName(Name = "attention_weights")] private readonly Linear _attentionWeights;
    [ComponentName(Name = "value_proj")] private readonly Linear _value;
    [ComponentName(Name = "output_proj")] private readonly Linear _output;
    [ComponentName(Name = "query_relpos")] private readonly Embedding _relativePosition;
    private readonly MmfsConfig _config;
    private readonly IDeformableAttention _kernel;
    private readonly bool _isFused;

    /// <param name="config">Sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public Mmfs(MmfsConfig config, KernelSet kernels) : base(nameof(Mmfs))
    {
        if (config.ValueWidth % config.Heads != 0)
        {
            throw new ArgumentException($"Value width {config.ValueWidth} is not divisible by {config.Heads} heads.");
        }

        (_config, _kernel, _isFused) = (config, kernels.DeformableAttention, kernels.FusesMmfs);
        var (width, points, levels) = (config.QueryWidth, config.Heads * config.Points, config.Heads * config.Levels.Count);
        _ignoreToken = Parameter(zeros(1, 1, 1, config.ValueWidth));
        _samplingOffsets = Linear(width, points * 2);
        _queryProjection = Linear(width, width);
        _attentionWeights = Linear(width, levels * (config.Points + 1));
        _value = Linear(config.FeatureWidth, config.ValueWidth);
        _output = Linear(config.ValueWidth, width);
        _relativePosition = Embedding(config.MaxImages, width);
        RegisterComponents();
        MmfsInitialisation.Apply(config, _samplingOffsets, _queryProjection, _attentionWeights, _value, _output, _relativePosition);
    }

    /// <summary>How queries become offsets and logits.</summary>
    internal MmfsQueryWeights QueryWeights => new(_config, _queryProjection, _samplingOffsets, _attentionWeights, _relativePosition.weight!);

    /// <summary>What a head gets for looking at nothing: [heads, channels].</summary>
    internal Tensor IgnoreToken => _ignoreToken.view(_config.Heads, -1);

    /// <summary>The layer that closes.</summary>
    internal Linear Output => _output;

    /// <summary>The images of each row that its last token sees, for decode passes: [rows] of what one layer must know.</summary>
    /// <param name="images">What <see cref="Project"/> returned.</param>
    /// <param name="visibility">[rows, tokens, images].</param>
    public IReadOnlyList<SeenImages> SeenByLast(MmfsValues images, Tensor visibility)
    {
        using var scope = NewDisposeScope();
        var order = Order(PerQuery(visibility, images.Values.shape[0], 1)).contiguous();
        var orders = TensorPointer.Span<long>(order).ToArray();
        var layout = FusedMmfs.Layout(_config, images);
        return [.. Enumerable.Range(0, (int)order.shape[0])
            .Select(row => new SeenImages(layout, FusedMmfs.Seen(images, row, orders.AsSpan(row * images.ImageCount, images.ImageCount))))];
    }

    /// <summary>What a token sees of images that were projected one by one.</summary>
    /// <param name="images">What <see cref="Project"/> returned for each alone, oldest first.</param>
    /// <param name="none">What it returned for no image.</param>
    public SeenImages See(IReadOnlyList<MmfsValues> images, MmfsValues none)
    {
        var layout = FusedMmfs.Layout(_config, images.Count > 0 ? images[0] : none);
        return new SeenImages(layout, [.. images.Select((image, i) =>
            FusedMmfs.Seen(image, 0, [long.Min(images.Count - i, _config.MaxImages - 1)])[0])]);
    }

    /// <summary>Projects images' features: all that does not depend on a query.</summary>
    /// <param name="features">[rows, images, positions of one image, channels].</param>
    /// <param name="levels">Shapes of one image's levels.</param>
    public MmfsValues Project(Tensor features, IReadOnlyList<LevelShape> levels)
    {
        var (rows, images, positions) = (features.shape[0], features.shape[1], features.shape[2]);
        if (images > _config.MaxImages)
        {
            throw new ArgumentException($"A row may hold {_config.MaxImages} images; this one holds {images}.");
        }

        var values = _value.forward(features).view(rows, images, positions, _config.Heads, _config.ValueWidth / _config.Heads);
        var projected = new MmfsValues(values, levels);
        return is_grad_enabled() ? projected : projected.HeadByHead();
    }

    /// <summary>Attends from queries to the images that each may see.</summary>
    /// <param name="query">[rows, queries, query width].</param>
    /// <param name="referencePoints">
    /// [rows or 1, queries, images * levels or 1, 2 or 4]: where each query stands, as (x, y) or as a box (x, y, width, height).
    /// </param>
    /// <param name="images">What <see cref="Project"/> returned.</param>
    /// <param name="visibility">
    /// 1 where a query may see an image: [rows, queries, images], or [rows, images] for all queries alike. With another number
    /// of queries the last row counts: single-token steps pass the prompt's mask.
    /// </param>
    /// <param name="recorders">For each row who is told what its queries look at; null for nobody.</param>
    /// <returns>[rows, queries, query width].</returns>
    public Tensor Attend(Tensor query, Tensor referencePoints, MmfsValues images, Tensor visibility, IReadOnlyList<LookRecorder?>? recorders = null)
    {
        var (rows, queries) = (query.shape[0], query.shape[1]);
        if (images.ImageCount == 0)
        {
            return AttendNothing(query);
        }

        var visible = PerQuery(visibility, rows, queries); // [rows, queries, images]
        var order = Order(visible);
        if (recorders is not null)
        {
            LookRecording.Record(QueryWeights, query, referencePoints, images, order, recorders);
        }

        if (_isFused && FusedMmfs.Supports(query, referencePoints, images.Values))
        {
            return _output.forward(FusedMmfs.Attend(QueryWeights, IgnoreToken, query, referencePoints, images, order));
        }

        return SeeingQueries.Find(visible) switch
        {
            null => Attend(query, referencePoints, images, visible, order),
            { IsEmpty: true } => AttendNothing(query),
            var seeing => seeing.Fill(
                AttendNothing(query),
                Attend(seeing.Of(query), seeing.Of(referencePoints), images.SelectRows(seeing.Rows), seeing.Of(visible), seeing.Of(order))),
        };
    }

    /// <summary>What a query gets that sees no image at all: the ignore token alone, since its weight is then 1.</summary>
    public Tensor AttendNothing(Tensor query) =>
        _output.forward(_ignoreToken.view(1, 1, -1).to_type(query.dtype)).expand(query.shape[0], query.shape[1], -1);

    private Tensor Attend(Tensor query, Tensor referencePoints, MmfsValues images, Tensor visible, Tensor order)
    {
        var (rows, queries) = (query.shape[0], query.shape[1]);
        var (count, levels, heads, points) = (images.ImageCount, images.Levels.Count, _config.Heads, _config.Points);

        // What depends on the query alone is computed once, whatever the number of images.
        var u = _queryProjection.forward(query).unsqueeze(2) + Rows(_relativePosition.weight!, order);
        var offsets = _samplingOffsets.forward(u); // [rows, queries, images, heads * points * 2]
        var logits = _attentionWeights.forward(u);

        var locations = Locate(offsets.view(rows, queries, count, heads, 1, points, 2), referencePoints, images.Levels);
        var (weights, ignored) = Weigh(logits.view(rows, queries, count, heads, levels, points + 1), visible);

        var sampled = _kernel.Attend(
            images.Values.flatten(1, 2), [.. Enumerable.Repeat(images.Levels, count).SelectMany(shapes => shapes)], locations, weights, visible);
        return _output.forward(sampled + (ignored * _ignoreToken.view(heads, -1)).flatten(2));
    }

    // The newest visible image is 1, older ones 2, 3, ...; 0 where an image is hidden. The table ends one row short of the images that a
    // row may hold: the two oldest share its last row.
    private Tensor Order(Tensor visible) =>
        ((visible.sum(-1, keepdim: true) + 1 - visible.cumsum(-1)) * visible).clamp(max: _config.MaxImages - 1);

    private static Tensor Rows(Tensor table, Tensor indices) => table.index_select(0, indices.flatten()).view([.. indices.shape, -1]);

    private static Tensor PerQuery(Tensor visibility, long rows, long queries)
    {
        var visible = visibility.to_type(ScalarType.Int64);
        if (visible.dim() == 2)
        {
            visible = visible.unsqueeze(1);
        }
        else if (visible.shape[1] != queries)
        {
            visible = visible.narrow(1, visible.shape[1] - 1, 1);
        }

        return visible.expand(rows, queries, -1);
    }

    // Offsets are shared by all levels and grow with them: [.., heads, 1, points, 2] to [.., heads, images * levels, points, 2].
    private Tensor Locate(Tensor offsets, Tensor referencePoints, IReadOnlyList<LevelShape> levels)
    {
        offsets = offsets.to_type(ScalarType.Float32); // half precision cannot hold a coordinate
        var perBase = _config.Levels.Select(side => side / (float)_config.BaseLevel).ToArray();
        var box = referencePoints.shape[^1] == 4;
        var scales = levels.SelectMany((level, l) => box
            ? [perBase[l] / _config.Points * 0.5f, perBase[l] / _config.Points * 0.5f]
            : new[] { perBase[l] / level.Width, perBase[l] / level.Height });
        var scaled = offsets * tensor(scales.ToArray(), dtype: offsets.dtype, device: offsets.device).view(levels.Count, 1, 2);
        var moves = scaled.transpose(2, 3).flatten(3, 4); // [rows, queries, heads, images * levels, points, 2]

        var origin = referencePoints.to(offsets.device).to_type(offsets.dtype).unsqueeze(2).unsqueeze(4);
        return box
            ? origin.narrow(-1, 0, 2) + (moves * origin.narrow(-1, 2, 2))
            : origin + moves;
    }

    // One softmax over every image, level and point, and one slot per image and level for ignoring it. The slots together
    // weigh exp(0) before normalisation, whatever the images: the learned rows of that slot have no effect in the reference.
    private static (Tensor Weights, Tensor Ignored) Weigh(Tensor logits, Tensor visible)
    {
        var (count, levels, points) = (logits.shape[2], logits.shape[4], logits.shape[5] - 1);
        var bias = (1 - visible).to_type(logits.dtype) * Hidden;
        var chosen = logits.narrow(-1, 0, points) + bias.view(bias.shape[0], bias.shape[1], count, 1, 1, 1);
        var ignore = full_like(logits.narrow(-1, points, 1), -Math.Log(count * levels));

        var all = cat([chosen, ignore], -1).transpose(2, 3); // [rows, queries, heads, images, levels, points + 1]
        var shares = all.flatten(3).softmax(-1).view(all.shape);
        return (shares.narrow(-1, 0, points).flatten(3, 4), shares.select(-1, points).sum([3, 4]).unsqueeze(-1));
    }
}
