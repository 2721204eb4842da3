using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>Where products go.</summary>
/// <param name="Pointer">The first row.</param>
/// <param name="Stride">Floats from one row to the next.</param>
/// <param name="Adds">Whether they are added to what is there.</param>
internal readonly unsafe record struct LinearOutput(nint Pointer, long Stride, bool Adds)
{
    public float* Row(int index) => (float*)Pointer + (index * Stride);

    /// <summary>Puts neighbouring columns of one row.</summary>
    public void Put(int row, int column, int count, float* values)
    {
        var place = Row(row) + column;
        var i = 0;
        for (; i + Vector128<float>.Count <= count; i += Vector128<float>.Count)
        {
            var value = Vector128.Load(values + i);
            (Adds ? Vector128.Load(place + i) + value : value).Store(place + i);
        }

        for (; i < count; i++)
        {
            place[i] = Adds ? place[i] + values[i] : values[i];
        }
    }
}
