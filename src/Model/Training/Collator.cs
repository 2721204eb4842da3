using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>Packed rows to what a training step reads: one length, masks, targets, pixels, random draws.</summary>
/// <param name="model">The model.</param>
/// <param name="isolate">Whether samples of one row do not see each other.</param>
public sealed class Collator(MmInterleaved model, bool isolate)
{
    /// <summary>Pads rows on the right and gathers their images in row order.</summary>
    /// <param name="rows">At least one row.</param>
    /// <param name="generator">Draws the image loss's random numbers.</param>
    public TrainingExample Collate(IReadOnlyList<PackedRow> rows, Generator generator)
    {
        var (config, device) = (model.Config, model.Device);
        var (count, length) = (rows.Count, rows.Max(row => row.Ids.Count));
        var (ids, targets, real) = (new long[count, length], new long[count, length], new long[count, length]);
        for (var r = 0; r < count; r++)
        {
            for (var t = 0; t < length; t++)
            {
                var isReal = t < rows[r].Ids.Count;
                var id = ids[r, t] = isReal ? rows[r].Ids[t] : config.SpecialTokens.Pad;
                real[r, t] = isReal ? 1 : 0;
                targets[r, t] = isReal && rows[r].Trained[t] && IsPredicted(rows[r], t) ? id : TextLoss.Ignored;
            }
        }

        SampleImage[] images = [.. rows.SelectMany(row => row.Images)];
        var batch = model.Batch(
            tensor(ids).to(device), rows.All(row => row.Ids.Count == length) ? null : tensor(real).to(device), [.. rows.SelectMany(row => row.NearestBos)]);
        var read = Pixels([.. images.Select(image => image.ForEncoder)], config.ImageResolutionEncoder, device);
        var painted = images.All(image => ReferenceEquals(image.ForEncoder, image.ForDecoder))
            ? read
            : Pixels([.. images.Select(image => image.ForDecoder)], config.ImageResolutionDecoder, device);
        return new TrainingExample(
            batch, read.to_type(model.Type), painted,
            DiffusionDraws.Sample(images.Length, config.ImageDecoder, config.LatentSide, generator, device, config.Loss.NoisesPerImage, config.Loss.Timesteps))
        {
            IsolatesDocuments = isolate,
            TargetIds = tensor(targets).to(device),
            ImageMask = tensor(images.Select(image => image.IsTrained ? 1L : 0L).ToArray(), device: device),
            ReadImages = isolate ? tensor(Read(rows)).to(device) : null,
        };
    }

    // The rules of InterleavedBatch.TextTargets: visual tokens, a document's first token and an image directly after it are never predicted.
    private bool IsPredicted(PackedRow row, int t)
    {
        var (id, special) = (row.Ids[t], model.Config.SpecialTokens);
        return id != special.Image && id != special.Bos && id != special.Pad && !(id == special.Soi && t > 0 && row.Ids[t - 1] == special.Bos);
    }

    // Walked backwards: an image is read if its document trains anything after it.
    private long[] Read(IReadOnlyList<PackedRow> rows)
    {
        var read = new List<long>();
        var offset = 0;
        foreach (var row in rows)
        {
            var (image, trains) = (row.Images.Count - 1, false);
            for (var t = row.Ids.Count - 1; t >= 0; t--)
            {
                if (row.Ids[t] == model.Config.SpecialTokens.Soi)
                {
                    if (trains)
                    {
                        read.Add(offset + image);
                    }

                    trains |= row.Images[image--].IsTrained;
                }

                // A document's first token is not predicted, and nothing before it is seen.
                trains = row.Ids[t] != model.Config.SpecialTokens.Bos && (trains || (row.Trained[t] && IsPredicted(row, t)));
            }

            offset += row.Images.Count;
        }

        read.Sort();
        return [.. read];
    }

    private Tensor Pixels(IReadOnlyList<RgbImage> images, int side, Device device) =>
        images.Count == 0 ? zeros([0, 3, side, side], device: device) : ImageProcessor.ToTensor([.. images]).to(device);
}
