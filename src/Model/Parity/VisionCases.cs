using System.Globalization;
using System.Text.RegularExpressions;
using MmiGrains.Model.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>Images to tokens and pyramids, position tables, and the two resamplers.</summary>
internal static partial class VisionCases
{
    public static void RunVision(ParityCase c)
    {
        using var quiet = no_grad();
        _ = c.Model; // so that inputs come in its type
        var pixels = c.Read("pixel_values");
        var (tokens, raw) = c.Model.VisualTokenizer.EncodeRaw(pixels.narrow(0, 0, 1));
        c.Expect("encoder.last_hidden_state", tokens, Tolerances.Network);
        c.Expect("encoder.pooler_output", tokens.narrow(1, 0, 1), Tolerances.Network);
        ExpectPyramid(c, "encoder", raw.Levels);

        var encoded = c.Model.VisualTokenizer.Encode(pixels);
        c.Expect("vis_embed", encoded.VisualTokens, Tolerances.Network);
        c.Expect("image_embeds", encoded.PatchFeatures, Tolerances.Network);
        ExpectPyramid(c, "tokenizer", encoded.Pyramid.Levels);

        foreach (var name in c.Names.Where(name => name.StartsWith("pos.", StringComparison.Ordinal)))
        {
            c.Expect(name, Table(name, c), Tolerances.Module);
        }
    }

    public static void RunPerceiver(ParityCase c)
    {
        using var quiet = no_grad();
        foreach (var (run, resampler) in new[] { ("img", c.Model.ImageDecoder.Resampler), ("vis", c.Model.VisualTokenizer.Resampler) })
        {
            var features = c.Read($"{run}.encoder_hidden_states");
            c.Expect($"{run}.out", resampler.Resample(features, c.Read($"{run}.encoder_attention_mask")), Tolerances.Module);
            c.Expect($"{run}.out_nomask", resampler.Resample(features), Tolerances.Module);
        }
    }

    private static void ExpectPyramid(ParityCase c, string part, IReadOnlyList<Tensor> levels)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            c.ExpectChannels($"{part}.multiscale.{i}", levels[i], Tolerances.Network);
            if (c.Has($"{part}.multiscale.{i}_channel_mean"))
            {
                c.Expect($"{part}.multiscale.{i}_channel_mean", levels[i].mean([2, 3]), Tolerances.Network);
            }
        }
    }

    // pos.2d_GRID_cCHANNELS, pos.1d_cCHANNELS_lenLENGTH, pos.bicubic_FROM_to_TO (every n-th channel of the encoder's table).
    private static Tensor Table(string name, ParityCase c)
    {
        var numbers = Digits().Matches(name["pos.".Length..]).Select(match => long.Parse(match.ValueSpan, CultureInfo.InvariantCulture)).ToArray();
        if (name.StartsWith("pos.2d_", StringComparison.Ordinal))
        {
            return SinCosPositions.TwoDimensions(numbers[1], numbers[2], classToken: true);
        }

        if (name.StartsWith("pos.1d_", StringComparison.Ordinal))
        {
            return SinCosPositions.OneDimension(numbers[2], numbers[1]);
        }

        if (!name.StartsWith("pos.bicubic_", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"unknown table '{name}'; known are pos.2d_*, pos.1d_* and pos.bicubic_*");
        }

        var width = (long)c.Model.Config.VisionEncoder.HiddenSize;
        using var expected = c.Read(name);
        var resized = SinCosPositions.Resize(SinCosPositions.TwoDimensions(numbers[0], width), numbers[1], numbers[1]);
        return resized[TensorIndex.Colon, TensorIndex.Slice(step: width / expected.shape[1])];
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
