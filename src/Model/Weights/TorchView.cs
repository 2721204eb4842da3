using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>A tensor as a pickle describes it: a window, counted in elements, on a storage.</summary>
internal sealed record TorchView(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Elements from the first to the last that the view touches, both included; zero when it has none.</summary>
    public long Extent { get; private set; }

    /// <summary>Whether the elements follow one another in the storage in the order of the tensor.</summary>
    public bool IsDense { get; private set; }

    /// <summary>
    /// What is wrong with the view, or null. It must lie inside its storage and hold no more elements than that:
    /// torch allows a stride of zero to repeat one element without end, but a file has no right to that much memory.
    /// </summary>
    public string? Flaw()
    {
        if (Offset < 0 || Shape.Length != Strides.Length || Strides.Any(stride => stride < 0))
        {
            return $"has the storage offset {Offset}, the shape {Quoted.Shape(Shape)} and the strides {Quoted.Shape(Strides)}, which do not describe a tensor";
        }

        if (!TensorShape.TryMeasure(Shape, Storage.Type, out var elementCount, out _))
        {
            return $"has the shape {Quoted.Shape(Shape)}, whose size overflows";
        }

        if (elementCount == 0)
        {
            return null;
        }

        if (elementCount > Storage.ElementCount)
        {
            return $"has {elementCount} elements in its shape {Quoted.Shape(Shape)}, more than the {Storage.ElementCount} of its storage";
        }

        Int128 last = Offset;
        var denseStride = 1L;
        IsDense = true;
        for (var axis = Shape.Length - 1; axis >= 0; axis--)
        {
            last += (Int128)(Shape[axis] - 1) * Strides[axis];
            IsDense &= Shape[axis] == 1 || Strides[axis] == denseStride;
            denseStride *= Shape[axis];
        }

        if (last >= Storage.ElementCount)
        {
            return $"reaches element {last} with the storage offset {Offset} and the strides {Quoted.Shape(Strides)}, beyond the {Storage.ElementCount} of its storage";
        }

        Extent = (long)last - Offset + 1;
        return null;
    }
}
