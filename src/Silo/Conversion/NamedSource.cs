using MmiGrains.Model.Weights;

namespace MmiGrains.Silo.Conversion;

/// <summary>Weights to take from, with what goes before each of their names: the autoencoder's own file calls its tensors <c>encoder.…</c></summary>
internal sealed record NamedSource(string Prefix, ITensorSource Tensors) : IDisposable
{
    /// <summary>Opens <c>path</c> or <c>PREFIX=path</c>.</summary>
    /// <exception cref="WeightFileException">There is nothing there, or it is malformed.</exception>
    public static NamedSource Open(string text)
    {
        var split = Path.Exists(text) ? -1 : text.IndexOf('=');
        var prefix = split <= 0 ? "" : text[..split].TrimEnd('.') + ".";
        return new NamedSource(prefix, TensorSource.Open(text[(split + 1)..]));
    }

    public void Dispose() => Tensors.Dispose();
}
