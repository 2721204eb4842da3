using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>
/// Images' features already projected for every synchronizer of one consumer (the language model, or the UNet), kept so that
/// tokens and denoising steps only attend. Made by the consumer's <c>ProjectImages</c>.
/// </summary>
/// <param name="Layers">One entry per synchronizer, in the consumer's order.</param>
public sealed record ImageMemory(IReadOnlyList<MmfsValues> Layers) : IDisposable
{
    /// <summary>The same images for other rows.</summary>
    public ImageMemory SelectRows(Tensor rows) => new([.. Layers.Select(layer => layer.SelectRows(rows))]);

    /// <summary>These images, and newer ones after them, in a memory of its own.</summary>
    public ImageMemory Append(ImageMemory newer) => new([.. Layers.Zip(newer.Layers, (layer, added) => layer.Append(added))]);

    /// <summary>Takes the tensors out of the current dispose scope: the memory now lives until it is disposed.</summary>
    public ImageMemory Detach()
    {
        foreach (var layer in Layers)
        {
            layer.Values.DetachFromDisposeScope();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }
    }
}
