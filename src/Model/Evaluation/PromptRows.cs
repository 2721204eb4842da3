using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Evaluation;

/// <summary>Beginnings of samples as rows of one length.</summary>
internal static class PromptRows
{
    /// <summary>What comes before a sample's piece, without an end.</summary>
    public static TokenizedSample Before(SampleTokenizer tokenizer, IReadOnlyList<SamplePiece> pieces)
    {
        var whole = tokenizer.Tokenize(new DataSample(pieces));
        return whole with { Ids = [.. whole.Ids.SkipLast(1)], Trained = [.. whole.Trained.SkipLast(1)] };
    }

    /// <summary>[rows, length] of ids and what is real in them.</summary>
    public static (Tensor Ids, Tensor Real) Pad(IReadOnlyList<IReadOnlyList<long>> rows, long padding, bool onLeft)
    {
        var length = rows.Max(row => row.Count);
        var (ids, real) = (new long[rows.Count, length], new long[rows.Count, length]);
        for (var r = 0; r < rows.Count; r++)
        {
            var start = onLeft ? length - rows[r].Count : 0;
            for (var t = 0; t < length; t++)
            {
                var inside = t >= start && t < start + rows[r].Count;
                (ids[r, t], real[r, t]) = inside ? (rows[r][t - start], 1) : (padding, 0);
            }
        }

        return (tensor(ids), tensor(real));
    }

    /// <summary>All rows' images encoded, in row order; null where there are none.</summary>
    public static EncodedImages? Encode(MmInterleaved model, IReadOnlyList<RgbImage> images) =>
        images.Count == 0 ? null : model.VisualTokenizer.Encode(ImageProcessor.ToTensor([.. images]));
}
