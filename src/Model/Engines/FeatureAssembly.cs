namespace MmiGrains.Model.Engines;

/// <summary>Features that are put together from pieces of their run of bytes, which come in any order after the first, from any thread.</summary>
public sealed class FeatureAssembly : IDisposable
{
    private readonly FeatureLayout _layout;
    private ImageFeatures? _features;
    private long _missing;

    /// <param name="first">The first piece: at least <see cref="FeatureBytes.MostHeaderBytes"/>, or the whole run.</param>
    /// <param name="byteCount">Bytes of the whole run.</param>
    /// <exception cref="FeatureFormatException">It is not the start of such a run.</exception>
    public FeatureAssembly(ReadOnlySpan<byte> first, long byteCount)
    {
        _layout = FeatureLayout.Parse(first, byteCount);
        _missing = byteCount;
        _features = _layout.Allocate();
        Write(0, first);
    }

    /// <summary>Puts a piece in its place. No piece may come twice.</summary>
    /// <exception cref="FeatureFormatException">It reaches beyond the run.</exception>
    public void Write(long offset, ReadOnlySpan<byte> piece)
    {
        ObjectDisposedException.ThrowIf(_features is null, this);
        if (offset < 0 || offset > _layout.ByteCount - piece.Length)
        {
            throw new FeatureFormatException($"{piece.Length} bytes at {offset} reach beyond the {_layout.ByteCount} of the run");
        }

        foreach (var (tensor, part) in FeatureLayout.Tensors(_features).Zip(_layout.Parts))
        {
            FeatureBytes.Overlap(piece, offset, FeatureBytes.Numbers(tensor), part.Offset);
        }

        Interlocked.Add(ref _missing, -piece.Length);
    }

    /// <summary>The features, which are the caller's from now on.</summary>
    /// <exception cref="FeatureFormatException">Pieces are missing.</exception>
    public ImageFeatures Finish()
    {
        ObjectDisposedException.ThrowIf(_features is null, this);
        var missing = Interlocked.Read(ref _missing);
        if (missing != 0)
        {
            throw new FeatureFormatException($"{missing} of {_layout.ByteCount} are missing");
        }

        var features = _features;
        _features = null;
        return features;
    }

    /// <summary>Frees what was not finished.</summary>
    public void Dispose()
    {
        _features?.Dispose();
        _features = null;
    }
}
