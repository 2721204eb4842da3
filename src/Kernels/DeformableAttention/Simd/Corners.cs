using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// The four positions that each of eight samples reads, and with what weight. Along an axis of size n, coordinate x lies between the
/// neighbours c = min(max(floor(x), 0), n - 2) and c + 1, which count by <c>max(0, 1 - |x - c|)</c> and <c>max(0, 1 - |x - c - 1|)</c>:
/// inside, that is linear interpolation; over an edge, where floor(x) or floor(x) + 1 is no position, it leaves the one that is its share
/// and gives the other, which is read in its place, zero. So no position outside is ever read and no corner needs a test.
/// </summary>
internal unsafe struct Corners
{
    /// <summary>Samples that are located at once.</summary>
    public const int Count = 8;

    /// <summary>Four corners: top left, top right, bottom left, bottom right.</summary>
    public const int PerSample = 4;

    /// <summary>Where each corner's channels begin: <c>[corner, sample]</c>.</summary>
    public fixed int Offsets[PerSample * Count];

    /// <summary>Attention weight times bilinear weight: <c>[corner, sample]</c>.</summary>
    public fixed float Weights[PerSample * Count];

    /// <summary>From the left column to the sample, in positions.</summary>
    public fixed float X[Count];

    /// <summary>From the upper row to the sample, in positions.</summary>
    public fixed float Y[Count];

    /// <summary>Locates eight samples and returns which of them, bit by bit, touch their level. The others' corners mean nothing.</summary>
    /// <param name="corners">Where to.</param>
    /// <param name="table">The table's numbers, from the first of the eight samples on.</param>
    /// <param name="length">Length of a column of the table.</param>
    /// <param name="locations">Sixteen numbers, (x, y) by (x, y).</param>
    /// <param name="weights">Eight attention weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Locate(Corners* corners, int* table, int length, float* locations, float* weights)
    {
        var (width, height) = (Column(table, length, 0).AsSingle(), Column(table, length, 1).AsSingle());
        var (low, high) = (Vector256.Load((ulong*)locations), Vector256.Load((ulong*)locations + 4));
        var x = (Vector256.Narrow(low, high).AsSingle() * width) - Vector256.Create(0.5f);
        var y = (Vector256.Narrow(low >>> 32, high >>> 32).AsSingle() * height) - Vector256.Create(0.5f);
        var touches = Vector256.GreaterThanOrEqual(x, Vector256.Create(-1f)) & Vector256.LessThan(x, width)
            & Vector256.GreaterThanOrEqual(y, Vector256.Create(-1f)) & Vector256.LessThan(y, height); // never true of NaN

        var column = Clamp(Vector256.Floor(x), Column(table, length, 2).AsSingle());
        var row = Clamp(Vector256.Floor(y), Column(table, length, 3).AsSingle());
        (x, y) = (x - column, y - row);
        var (left, right) = (Share(x), Share(x - Column(table, length, 4).AsSingle()));
        var attention = Vector256.Load(weights);
        var (top, bottom) = (Share(y) * attention, Share(y - Column(table, length, 5).AsSingle()) * attention);

        // The column's stride is the step to the right neighbour, except that a single column has none, and is column 0.
        var offset = Column(table, length, 6) + (Vector256.ConvertToInt32Native(row) * Column(table, length, 7))
            + (Vector256.ConvertToInt32Native(column) * Column(table, length, 8));
        var below = offset + Column(table, length, 9);
        corners->Put(0, offset, left * top);
        corners->Put(1, offset + Column(table, length, 8), right * top);
        corners->Put(2, below, left * bottom);
        corners->Put(3, below + Column(table, length, 8), right * bottom);
        x.Store(corners->X);
        y.Store(corners->Y);
        return touches.ExtractMostSignificantBits();
    }

    private static Vector256<int> Column(int* table, int length, int column) => Vector256.Load(table + (column * length));

    private static Vector256<float> Clamp(Vector256<float> position, Vector256<float> last) =>
        Vector256.MinNative(Vector256.MaxNative(position, Vector256<float>.Zero), last);

    /// <summary>What a position counts at a distance from a sample, both along one axis.</summary>
    public static Vector256<float> Share(Vector256<float> distance) =>
        Vector256.MaxNative(Vector256<float>.One - Vector256.Abs(distance), Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(int corner, Vector256<int> offsets, Vector256<float> weights)
    {
        Vector256.Store(offsets, (int*)Unsafe.AsPointer(ref Offsets[corner * Count]));
        Vector256.Store(weights, (float*)Unsafe.AsPointer(ref Weights[corner * Count]));
    }
}
