using MmiGrains.Contracts.Training;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Grains.Training;

/// <summary>The sum of one piece over leases, added in their order, whatever order they come in. Not for several threads.</summary>
internal sealed class OrderedSum
{
    private readonly Dictionary<int, PieceBytes> _early = [];
    private float[] _sum = [];
    private PieceBytes? _bytes;

    /// <summary>Leases that are in the sum: the first so many.</summary>
    public int Count { get; private set; }

    /// <summary>The sum, float32.</summary>
    public PieceBytes Bytes => _bytes ??= new PieceBytes(PieceEncoding.ToBytes(_sum), IsBFloat16: false);

    /// <summary>Takes a lease's piece; the same lease's again does nothing.</summary>
    public void Add(int lease, PieceBytes values)
    {
        if (lease < Count)
        {
            return;
        }

        _early.TryAdd(lease, values);
        while (_early.Remove(Count, out var next))
        {
            if (Count == 0)
            {
                _sum = new float[next.Bytes.Length / (next.IsBFloat16 ? sizeof(ushort) : sizeof(float))];
            }

            PieceEncoding.Add(_sum, next.Bytes, next.IsBFloat16);
            (Count, _bytes) = (Count + 1, null);
        }
    }
}
