using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>The rules of the interleaved sequence.</summary>
internal static class SequenceCases
{
    private const long Edge = 64; // positions that are kept of each image's features at either end

    public static void RunPrepare(ParityCase c)
    {
        using var quiet = no_grad();
        var (ids, mask) = (c.Read("text_ids"), c.Read("attention_mask"));
        var nearestBos = c.Read("nearest_bos_idxs").data<long>().ToArray();
        var batch = c.Model.Batch(ids, mask, nearestBos);
        var encoded = c.Model.VisualTokenizer.Encode(c.Read("image_tensors"));

        c.Expect("mm_embeds", c.Model.Embed(ids, encoded.VisualTokens), Tolerances.Module);
        c.Expect("cross_attention_mask", batch.Visibility(), 0);
        var features = c.Model.GatherFeatures(batch, encoded.Pyramid);
        c.ExpectIds("mmfs_features_mm_shape", tensor(features.shape));
        c.Expect("mmfs_features_mm_first64tokens", features.narrow(2, 0, Edge), Tolerances.Module);
        c.Expect("mmfs_features_mm_last64tokens", features.narrow(2, features.shape[2] - Edge, Edge), Tolerances.Module);
        c.Expect("mmfs_features_mm_token_mean", features.mean([2]), Tolerances.Module);

        c.ExpectIds("gt_text_ids.default", batch.TextTargets([0]));
        c.ExpectIds("gt_text_ids.offset_int", batch.TextTargets([4]));
        c.ExpectIds("gt_text_ids.offset_list", batch.TextTargets([.. Enumerable.Range(0, (int)batch.Rows).Select(row => 3 + (2 * row))]));
        c.ExpectIds("gt_text_ids.noimage", batch.TextTargets([0], requireImage: true));

        var states = c.Read("ctx.in");
        var levels = Enumerable.Range(0, int.MaxValue).TakeWhile(i => c.Has($"mmfs_img.in.{i}")).Select(i => c.Read($"mmfs_img.in.{i}")).ToArray();
        foreach (var (run, rules) in new[] { ("bos", batch), ("nobos", c.Model.Batch(ids, mask)) })
        {
            var (contexts, contextMask) = c.Model.ProjectContexts(rules, states);
            c.Expect($"ctx.{run}.features", contexts, Tolerances.Module);
            c.ExpectIds($"ctx.{run}.mask", contextMask);

            var (gathered, filled) = Interleaved.MmInterleaved.GatherPreceding(rules.PrecedingImages(1), levels, 1);
            c.ExpectIds($"mmfs_img.{run}.mask", filled);
            for (var i = 0; i < gathered.Count; i++)
            {
                c.Expect($"mmfs_img.{run}.features.{i}", gathered[i], 0);
            }
        }
    }
}
