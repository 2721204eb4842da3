using System.Diagnostics;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Images;

/// <summary>
/// Brings images' features to this silo's devices: what the silo has encoded or fetched is handed over as it is; the rest is fetched from the images' grains
/// in pieces, once however many ask.
/// </summary>
/// <param name="cache">The silo's.</param>
/// <param name="grains">The cluster.</param>
public sealed class FeatureResolver(FeatureCache cache, IGrainFactory grains)
{
    private const int PiecesAtOnce = 3;
    private const int MostTries = 2; // an image's silo may die once

    /// <summary>An image's features.</summary>
    /// <param name="image">Which.</param>
    /// <param name="encoder">Whose: <see cref="EncoderIdentity"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="CapacityExceededException">Too many images wait for the encoder, or those that are being read leave no room for this one.</exception>
    /// <exception cref="WorkerUnavailableException">Nobody encodes images now, or only with other weights.</exception>
    public async Task<FeatureLease> GetAsync(ImageId image, string encoder, CancellationToken cancellation = default)
    {
        MmiInstruments.PyramidQueries.Add(1);
        if (Find(image, encoder) is { } here)
        {
            MmiInstruments.PyramidHits.Add(1);
            return here;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await FetchAsync(image, encoder, cancellation);
            }
            catch (Exception problem) when (attempt < MostTries && ElsewhereRules.IsSiloLoss(problem))
            {
                // the image's grain comes up on another silo
            }
        }
    }

    private FeatureLease? Find(ImageId image, string encoder) => cache.Find(FeatureKeys.Encoded(encoder, image)) ?? cache.Find(FeatureKeys.Copy(encoder, image));

    private async Task<FeatureLease> FetchAsync(ImageId image, string encoder, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        using var activity = TurnTrace.Begin("fetch");
        activity?.SetTag("mmi.image", image.ToString());
        var grain = grains.GetGrain<IImageGrain>(image.ToString());
        var descriptor = await grain.GetFeaturesAsync(encoder, cancellation);
        if (descriptor.Encoder != encoder)
        {
            throw new WorkerUnavailableException($"The image '{image}' is encoded by '{descriptor.Encoder}'; this silo's model reads what '{encoder}' encodes.");
        }

        var features = Find(image, encoder) ?? await CopyAsync(grain, image, descriptor, cancellation);
        MmiInstruments.Stage("fetch", began);
        return features;
    }

    private async Task<FeatureLease> CopyAsync(IImageGrain grain, ImageId image, PyramidDescriptor descriptor, CancellationToken cancellation)
    {
        try
        {
            return await cache.GetOrAddAsync(
                FeatureKeys.Copy(descriptor.Encoder, image), descriptor.ByteCount, token => PullAsync(grain, descriptor, token), cancellation);
        }
        catch (CapacityException problem)
        {
            throw new CapacityExceededException(problem.Message, problem.IsPassing);
        }
    }

    private static async Task<ImageFeatures> PullAsync(IImageGrain grain, PyramidDescriptor descriptor, CancellationToken cancellation)
    {
        var first = await grain.ReadPieceAsync(descriptor.Encoder, 0, cancellation);
        using var assembly = new FeatureAssembly(first.Value, descriptor.ByteCount);
        var pieces = Enumerable.Range(1, descriptor.PieceCount - 1);
        await Parallel.ForEachAsync(pieces, new ParallelOptions { MaxDegreeOfParallelism = PiecesAtOnce, CancellationToken = cancellation }, async (piece, token) =>
            assembly.Write((long)piece * descriptor.PieceBytes, (await grain.ReadPieceAsync(descriptor.Encoder, piece, token)).Value));
        return assembly.Finish();
    }
}
