using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>What the loops over channels need of a vector width. An element is a float, or the bits of a bfloat16 as a ushort.</summary>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Broadcast(float value);

    static abstract TVector Load<TElement>(TElement* source)
        where TElement : unmanaged;

    /// <summary>
    /// Adds factor times two vectors of elements to two sums, in the order that is cheapest for the type; <see cref="AddPair"/> knows it.
    /// </summary>
    static abstract void MultiplyAddPair<TElement>(TVector factor, TElement* row, ref TVector even, ref TVector odd)
        where TElement : unmanaged;

    static abstract void Store(TVector vector, float* destination);

    /// <summary>Adds two sums of what <see cref="MultiplyAddPair"/> summed to numbers in the order of the channels.</summary>
    static abstract void AddPair<TElement>(TVector first, TVector second, float* sums)
        where TElement : unmanaged;

    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a * b + c.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>Four partial sums of all lanes.</summary>
    static abstract Vector128<float> Fold(TVector vector);
}
