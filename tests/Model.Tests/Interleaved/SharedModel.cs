using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tests.Tensors;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>The tiny model of the recorded cases, loaded once for all tests that only read it.</summary>
public sealed class SharedModel : IDisposable
{
    public MmInterleaved Model { get; } = ModelFolder.Load(Golden.Path());

    public SpecialTokenIds Special => Model.Config.SpecialTokens;

    /// <summary>Made-up features of so many images: what the visual tokenizer would answer, without its time.</summary>
    public EncodedImages Pictures(int count, int seed = 1)
    {
        var width = Model.Config.VisionEncoder.HiddenSize;
        var levels = new[] { 64, 32, 16, 8 }.Select((side, i) => Near.Normal(seed + (1000 * (i + 1)), count, width, side, side));
        var tokens = Near.Normal(seed, count, Model.Config.Sequence.NumImgToken, Model.Config.Llm.HiddenSize) * 0.5;
        return new EncodedImages(tokens, new FeaturePyramid([.. levels]), zeros(count, 256, width));
    }

    /// <summary>One document: words, then an image and words, so many times. Ends in a word.</summary>
    public long[] Document(int images, int words, int seed)
    {
        var random = new Random(seed);
        var ids = new List<long> { Special.Bos };
        for (var n = 0; n <= images; n++)
        {
            if (n > 0)
            {
                ids.AddRange([Special.Soi, .. Enumerable.Repeat((long)Special.Image, Model.Config.Sequence.NumImgToken)]);
            }

            ids.AddRange(Enumerable.Range(0, words).Select(_ => (long)random.Next(3, 300)));
        }

        return [.. ids];
    }

    /// <summary>Rows padded on the left to one length, and perhaps beyond.</summary>
    public InterleavedBatch LeftPadded(long[][] rows, int padding = 0)
    {
        var length = rows.Max(row => row.Length) + padding;
        var ids = rows.SelectMany(row => Enumerable.Repeat((long)Special.Pad, length - row.Length).Concat(row));
        var mask = rows.SelectMany(row => Enumerable.Range(0, length).Select(t => t < length - row.Length ? 0L : 1L));
        return Model.Batch(tensor(ids.ToArray(), [rows.Length, length]), tensor(mask.ToArray(), [rows.Length, length]));
    }

    /// <summary>Some of the images, in another order perhaps.</summary>
    public static EncodedImages Select(EncodedImages images, params IEnumerable<int> which)
    {
        var index = tensor(which.Select(i => (long)i).ToArray());
        return new EncodedImages(
            images.VisualTokens.index_select(0, index),
            new FeaturePyramid([.. images.Pyramid.Levels.Select(level => level.index_select(0, index))]),
            images.PatchFeatures.index_select(0, index));
    }

    public void Dispose() => Model.Dispose();
}

/// <summary>Tests that share one <see cref="SharedModel"/>, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedModelCollection : ICollectionFixture<SharedModel>
{
    public const string Name = "golden model";
}
