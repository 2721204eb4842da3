using MmiGrains.Kernels.Memory;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines;

/// <summary>
/// An image's features as one run of bytes, which need never exist as a whole: any range of it is read straight from the tensors, and a
/// <see cref="FeatureAssembly"/> makes tensors of pieces.
/// </summary>
public static class FeatureBytes
{
    /// <summary>More bytes than the header of a run has: its first piece has so many, or is the whole run.</summary>
    public const int MostHeaderBytes = FeatureLayout.MostHeaderBytes;

    /// <summary>Bytes of the whole run.</summary>
    /// <exception cref="ArgumentException">The features have a shape, or numbers of a type, that no run holds.</exception>
    public static long Count(ImageFeatures features) => FeatureLayout.Of(features).ByteCount;

    /// <summary>Copies a range of the run.</summary>
    /// <param name="features">Contiguous tensors on the CPU.</param>
    /// <param name="offset">Of the range's first byte.</param>
    /// <param name="into">As long as the range.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches beyond the run.</exception>
    public static void Read(ImageFeatures features, long offset, Span<byte> into)
    {
        var layout = FeatureLayout.Of(features);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, layout.ByteCount - into.Length);
        Overlap(layout.ToHeader(), 0, into, offset);
        foreach (var (tensor, part) in FeatureLayout.Tensors(features).Zip(layout.Parts))
        {
            if (part.Offset < offset + into.Length && offset < part.Offset + part.ByteCount)
            {
                Overlap(Numbers(tensor), part.Offset, into, offset);
                GC.KeepAlive(tensor);
            }
        }
    }

    /// <summary>The whole run.</summary>
    public static byte[] ToBytes(ImageFeatures features)
    {
        var run = GC.AllocateUninitializedArray<byte>(checked((int)Count(features)));
        Read(features, 0, run);
        return run;
    }

    /// <summary>The features of a whole run. The caller owns them.</summary>
    /// <exception cref="FeatureFormatException">The bytes are no such run.</exception>
    public static ImageFeatures Parse(ReadOnlySpan<byte> run)
    {
        using var assembly = new FeatureAssembly(run, run.Length);
        return assembly.Finish();
    }

    /// <summary>The same features as contiguous tensors on the CPU, as caches keep them; what is replaced is disposed of.</summary>
    public static ImageFeatures OnHost(ImageFeatures features)
    {
        if (FeatureLayout.Tensors(features).All(tensor => tensor.device_type == TorchSharp.DeviceType.CPU && tensor.is_contiguous()))
        {
            return features;
        }

        using (features)
        {
            Tensor Host(Tensor tensor)
            {
                using var near = tensor.cpu();
                return near.contiguous().DetachFromDisposeScope();
            }

            return new ImageFeatures(Host(features.VisualTokens), new([.. features.Pyramid.Levels.Select(Host)]));
        }
    }

    /// <summary>A tensor's memory. It holds while the tensor lives.</summary>
    internal static unsafe Span<byte> Numbers(Tensor tensor)
    {
        if (!tensor.is_contiguous())
        {
            throw new ArgumentException($"Contiguous tensors are read; this one is [{string.Join(", ", tensor.shape)}] in steps of [{string.Join(", ", tensor.stride())}].");
        }

        var start = tensor.dtype == ScalarType.Float32 ? TensorPointer.Of<float>(tensor) : TensorPointer.Of<ushort>(tensor);
        return new Span<byte>((void*)start, checked((int)(tensor.numel() * tensor.element_size())));
    }

    /// <summary>Copies what two ranges of one run have in common.</summary>
    internal static void Overlap(ReadOnlySpan<byte> from, long fromOffset, Span<byte> into, long intoOffset)
    {
        var start = long.Max(fromOffset, intoOffset);
        var length = long.Min(fromOffset + from.Length, intoOffset + into.Length) - start;
        if (length > 0)
        {
            from.Slice((int)(start - fromOffset), (int)length).CopyTo(into[(int)(start - intoOffset)..]);
        }
    }
}
