using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>Checked arithmetic on shapes that came out of a file.</summary>
internal static class TensorShape
{
    /// <summary>The largest number of dimensions that torch's own iterators take.</summary>
    public const int MaxRank = 64;

    /// <summary>The elements and bytes of a shape, or false when either, or a stride within, does not fit 63 bits.</summary>
    public static bool TryMeasure(IReadOnlyList<long> shape, ScalarType type, out long elementCount, out long byteCount)
    {
        var isEmpty = false;
        elementCount = 1;
        byteCount = 0;
        foreach (var extent in shape)
        {
            isEmpty |= extent == 0;
            // Torch computes strides as if an empty dimension had one element, so those products must fit as well.
            if (extent < 0 || Math.BigMul(elementCount, Math.Max(extent, 1)) > long.MaxValue / 8)
            {
                return false;
            }

            elementCount *= Math.Max(extent, 1);
        }

        elementCount = isEmpty ? 0 : elementCount;
        byteCount = elementCount * ElementType.SizeOf(type);
        return true;
    }
}
