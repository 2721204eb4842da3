using MmiGrains.Model.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>
/// Rows of token ids with images in them, and the rules of the sequence: which token may look at which image, what an image
/// is painted from, which targets are trained. Plain numbers; the images themselves lie beside it, in row order.
/// </summary>
public sealed class InterleavedBatch
{
    private readonly long[] _ids;
    private readonly SpecialTokenIds _special;
    private readonly List<ImagePlace> _images = [];

    /// <param name="tokenIds">[rows, length], int64, padded to one length on either side.</param>
    /// <param name="attentionMask">[rows, length], 1 where a token is real; null when all are.</param>
    /// <param name="special">Ids that the rules know.</param>
    /// <param name="tokensPerImage">Visual tokens that follow each begin-of-image token.</param>
    /// <param name="nearestBos">
    /// For each image, the position in its row of the begin-of-sequence token that its context starts from; null for the row's
    /// first position, as when a row holds one document.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An image is not a begin-of-image token followed by its visual tokens, or its document begins after it.
    /// </exception>
    public InterleavedBatch(
        Tensor tokenIds, Tensor? attentionMask, SpecialTokenIds special, int tokensPerImage, IReadOnlyList<long>? nearestBos = null)
    {
        (TokenIds, AttentionMask, _special) = (tokenIds, attentionMask, special);
        (Rows, Length) = (tokenIds.shape[0], tokenIds.shape[1]);
        using var flat = tokenIds.cpu().contiguous();
        _ids = [.. flat.data<long>()];

        var placed = 0;
        for (var i = 0L; i < _ids.Length; i++)
        {
            placed += _ids[i] == special.Image ? 1 : 0;
            if (_ids[i] == special.Soi)
            {
                _images.Add(new ImagePlace(i / Length, i % Length, nearestBos is null || _images.Count >= nearestBos.Count ? 0 : nearestBos[_images.Count]));
            }
        }

        HasOpenImage = _images.Count > 0 && _ids[^1] == special.Soi;
        var whole = HasOpenImage ? _images.SkipLast(1) : _images;
        ImagesPerRow = [.. Enumerable.Range(0, (int)Rows).Select(row => whole.Count(image => image.Row == row))];
        Check(tokensPerImage, placed, nearestBos);
    }

    /// <summary>[rows, length].</summary>
    public Tensor TokenIds { get; }

    /// <summary>[rows, length]; null when every token is real.</summary>
    public Tensor? AttentionMask { get; }

    /// <summary>Rows.</summary>
    public long Rows { get; }

    /// <summary>Tokens per row, padding counted.</summary>
    public long Length { get; }

    /// <summary>Where the images begin, row after row.</summary>
    public IReadOnlyList<ImagePlace> Images => _images;

    /// <summary>Images in each row, without one that is yet to come.</summary>
    public IReadOnlyList<int> ImagesPerRow { get; }

    /// <summary>Whether the last row ends in a begin-of-image token whose image is yet to come.</summary>
    public bool HasOpenImage { get; }

    /// <summary>The largest number of images in a row.</summary>
    public int MaxImages => ImagesPerRow.Max();

    /// <summary>
    /// Which token may look at which image: one of its own document that began before it. The begin-of-image token does not see
    /// its image, the image's own tokens do.
    /// </summary>
    /// <returns>[rows, length, images], 1 or 0, float32; images are padded to the largest count of a row.</returns>
    public Tensor Visibility()
    {
        var images = MaxImages;
        var visible = new float[Rows * Length * images];
        var slot = new int[Rows];
        foreach (var image in HasOpenImage ? _images.SkipLast(1) : _images)
        {
            var n = slot[image.Row]++;
            for (var t = image.Soi + 1; t < Length && _ids[(image.Row * Length) + t] != _special.Bos; t++)
            {
                visible[(((image.Row * Length) + t) * images) + n] = 1;
            }
        }

        return tensor(visible, [Rows, Length, images]);
    }

    /// <summary>[rows, length], int64: which document of its row a token belongs to, counted by begin-of-sequence tokens.</summary>
    public Tensor Documents() => (TokenIds == _special.Bos).to_type(ScalarType.Int64).cumsum(1);

    /// <summary>
    /// Images in row order, as rows of slots: row r's k-th image, or -1 where a row has fewer.
    /// </summary>
    public int[,] Slots()
    {
        var slots = new int[Rows, MaxImages];
        var next = 0;
        for (var row = 0; row < Rows; row++)
        {
            for (var n = 0; n < MaxImages; n++)
            {
                slots[row, n] = n < ImagesPerRow[row] ? next++ : -1;
            }
        }

        return slots;
    }

    /// <summary>
    /// The images that the painter of each image looks at: the last <paramref name="count"/> before it that began at or after
    /// its document did, oldest first.
    /// </summary>
    public IReadOnlyList<int[]> PrecedingImages(int count) =>
    [
        .. _images.Select((image, i) => Enumerable.Range(int.Max(i - count, 0), int.Min(i, count))
            .Where(j => (_images[j].Row * Length) + _images[j].Soi >= (image.Row * Length) + image.NearestBos).ToArray()),
    ];

    /// <summary>
    /// The hidden states that each image is painted from: from its document's beginning to its begin-of-image token, newest
    /// first, padded with zeros.
    /// </summary>
    /// <param name="hiddenStates">[rows, length, hidden].</param>
    /// <param name="images">Which images; null for all.</param>
    /// <returns>[images, longest, hidden], and a mask [images, longest] of int64.</returns>
    public (Tensor Features, Tensor Mask) Contexts(Tensor hiddenStates, IReadOnlyList<int>? images = null)
    {
        var places = (images ?? [.. Enumerable.Range(0, _images.Count)]).Select(i => _images[i]).ToArray();
        var longest = places.Max(place => place.ContextLength);
        using var scope = NewDisposeScope();
        var features = places.Select(place => PadRows(
            hiddenStates[place.Row].narrow(0, place.NearestBos, place.ContextLength).flip(0), longest - place.ContextLength)).ToArray();
        var mask = tensor(
            places.SelectMany(place => Enumerable.Range(0, (int)longest).Select(i => i < place.ContextLength ? 1L : 0L)).ToArray(),
            [places.Length, longest], device: hiddenStates.device);
        return (stack(features, 0).MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope());

        static Tensor PadRows(Tensor x, long rows) => nn.functional.pad(x, [0, 0, 0, rows]);
    }

    /// <summary>
    /// The targets of the text loss: ids one place on, -100 where nothing is trained. Not trained are the prompt, padding, visual
    /// tokens, a document's first token, a begin-of-image token directly after it, and (on request) text that no image precedes.
    /// </summary>
    /// <param name="promptLengths">Leading positions of each row that are not trained; one entry for all rows, or one per row.</param>
    /// <param name="requireImage">Whether a target is dropped whose document holds no image before it, by the target's own position.</param>
    /// <returns>[rows, length - 1], int64.</returns>
    public Tensor TextTargets(IReadOnlyList<int> promptLengths, bool requireImage = false)
    {
        var targets = new long[Rows * (Length - 1)];
        using var realTokens = AttentionMask?.cpu().contiguous().to_type(ScalarType.Int64);
        var real = realTokens?.data<long>().ToArray();
        for (var row = 0L; row < Rows; row++)
        {
            var (prompt, bos, soi) = (promptLengths[promptLengths.Count == 1 ? 0 : (int)row], 0L, -1L);
            for (var t = 0L; t < Length; t++)
            {
                var i = (row * Length) + t;
                bos = _ids[i] == _special.Bos ? t : bos;
                soi = _ids[i] == _special.Soi ? t : soi;
                if (t == 0)
                {
                    continue;
                }

                var trained = t >= prompt && !(requireImage && (soi < bos || soi == -1)) &&
                    _ids[i] != _special.Pad && _ids[i] != _special.Image && real?[i] != 0 && _ids[i] != _special.Bos &&
                    !(_ids[i] == _special.Soi && _ids[i - 1] == _special.Bos);
                targets[(row * (Length - 1)) + t - 1] = trained ? _ids[i] : TextLoss.Ignored;
            }
        }

        return tensor(targets, [Rows, Length - 1], device: TokenIds.device);
    }

    private void Check(int tokensPerImage, int placed, IReadOnlyList<long>? nearestBos)
    {
        if (nearestBos is not null && nearestBos.Count != _images.Count)
        {
            throw new ArgumentException($"The sequence begins {_images.Count} images, but {nearestBos.Count} document beginnings are given.");
        }

        foreach (var image in _images)
        {
            if (image.NearestBos < 0 || image.NearestBos > image.Soi)
            {
                throw new ArgumentException(
                    $"Row {image.Row}, position {image.Soi}: the image's document must begin at 0 to {image.Soi}; position {image.NearestBos} is given.");
            }

            var open = HasOpenImage && ReferenceEquals(image, _images[^1]);
            var first = (image.Row * Length) + image.Soi + 1;
            for (var i = first; !open && i < first + tokensPerImage; i++)
            {
                if (i >= (image.Row + 1) * Length || _ids[i] != _special.Image)
                {
                    throw new ArgumentException(
                        $"Row {image.Row}, position {image.Soi}: a begin-of-image token needs {tokensPerImage} visual tokens after it, and has {i - first}.");
                }
            }
        }

        var expected = (_images.Count - (HasOpenImage ? 1 : 0)) * tokensPerImage;
        if (placed != expected)
        {
            throw new ArgumentException($"The sequence holds {placed} visual tokens; its {_images.Count} images need {expected}.");
        }
    }
}
