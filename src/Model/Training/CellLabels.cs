using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Training;

/// <summary>
/// A map whose first channels are read as what lies in each of its cells (<see cref="ISampleImage.Labels"/>), field after field. There is no head: what a
/// linear layer would read lies in channels as it is, the model keeps its parameters, and later stages are free to change them.
/// </summary>
internal static class CellLabels
{
    // Channels times this are log-odds, so that sure answers stay of the size of the other channels.
    private const double Sharpness = 4;

    /// <summary>Whether more is known of an image than its pixels.</summary>
    public static bool Has(SampleImage image) => image.Source?.Labels(TokenGrid.Square(1)).Count > 0;

    /// <summary>The cross entropy of each field, mean over the cells of which it is known; 0 where it is known of none.</summary>
    /// <param name="map">[images, channels, rows, columns].</param>
    /// <param name="images">At least one image, each with labels.</param>
    /// <returns>Scalars, float32, named as in logs.</returns>
    /// <exception cref="ConfigException">There are more classes than channels.</exception>
    public static IReadOnlyList<(string Name, Tensor Value)> Losses(Tensor map, IReadOnlyList<SampleImage> images)
    {
        var labels = images.Select(image => image.Source!.Labels(new TokenGrid((int)map.shape[2], (int)map.shape[3]))).ToArray();
        var needed = labels[0].Sum(field => field.Classes);
        if (needed > map.shape[1])
        {
            throw new ConfigException($"The labels have {needed} classes in all; the map that shall say them has {map.shape[1]} channels.");
        }

        var (first, losses) = (0, new (string, Tensor)[labels[0].Count]);
        for (var field = 0; field < losses.Length; field++)
        {
            var (name, classes, _) = labels[0][field];
            var odds = map.narrow(1, first, classes).to_type(ScalarType.Float32).flatten(2) * Sharpness;
            long[] values = [.. labels.SelectMany(fields => fields[field].Values).Select(value => (long)value)];
            var sum = functional.cross_entropy(
                odds, tensor(values, [images.Count, odds.shape[2]], device: map.device), ignore_index: LabelField.Unknown, reduction: Reduction.Sum);
            losses[field] = ("loss_" + name, sum / Math.Max(values.Count(value => value != LabelField.Unknown), 1));
            first += classes;
        }

        return losses;
    }
}
