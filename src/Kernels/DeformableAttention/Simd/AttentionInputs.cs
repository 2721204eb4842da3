using System.Runtime.CompilerServices;
using MmiGrains.Kernels.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>What the forward and the backward pass read, and how: pointers and strides. Valid while its tensors are alive.</summary>
internal sealed unsafe class AttentionInputs
{
    // What a run's packed values, and as much again for their gradient, may take of a core's second-level cache of 1 MB and more.
    private const int CacheBytes = 384 << 10;

    private readonly void* _values;
    private readonly long[] _strides;
    private readonly byte* _visible;

    /// <param name="shape">Sizes of the call.</param>
    /// <param name="values">Float32 or bfloat16, channels next to each other.</param>
    /// <param name="levels">Shapes of the levels.</param>
    /// <param name="locations">Float32.</param>
    /// <param name="weights">Float32.</param>
    /// <param name="visible">Contiguous booleans, or none.</param>
    /// <param name="lanes">Numbers that the pass handles at once: packed rows are padded to a multiple.</param>
    /// <param name="packs">Whether to pack for speed; where it is needed, it is done anyway.</param>
    public AttentionInputs(
        AttentionShape shape, Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visible,
        int lanes, bool packs)
    {
        (Shape, _strides) = (shape, values.stride());
        _values = TensorPointer.First(values);
        _visible = visible is null ? null : (byte*)TensorPointer.First(visible);
        PaddedChannels = (shape.Channels + lanes - 1) / lanes * lanes;
        Packs = packs || shape.Channels % lanes != 0 || _strides[1] * shape.Positions > int.MaxValue;
        RowStride = Packs ? PaddedChannels : (int)_strides[1];
        Table = new SampleTable(shape, levels, RowStride);
        LevelsFirst = [.. levels.Select((_, l) => levels.Take(l).Sum(level => level.PositionCount)), shape.Positions];
        Runs = SampleRun.Divide(shape, LevelsFirst, Table.PaddedPerGroup, CacheBytes / (PaddedChannels * sizeof(float)));
        Locations = new SampleRows(locations, shape, Table);
        Weights = new SampleRows(weights, shape, Table);
    }

    public AttentionShape Shape { get; }

    /// <summary>Channels, up to a multiple of the lanes.</summary>
    public int PaddedChannels { get; }

    /// <summary>Whether a head's values are copied to rows of <see cref="PaddedChannels"/> before they are read.</summary>
    public bool Packs { get; }

    /// <summary>Numbers from one position's channels to the next one's, as they are read.</summary>
    public int RowStride { get; }

    public SampleTable Table { get; }

    /// <summary>All samples of a query and head, in runs.</summary>
    public SampleRun[] Runs { get; }

    /// <summary>Positions of the run that has most.</summary>
    public int MostPositions => Runs.Max(run => run.Positions);

    public SampleRows Locations { get; }

    public SampleRows Weights { get; }

    private int[] LevelsFirst { get; }

    /// <summary>Which groups a query sees, one byte each; null where it sees all.</summary>
    public byte* Visible(int batch, int query) =>
        _visible is null ? null : _visible + ((((long)batch * Shape.Queries) + query) * Shape.Groups);

    /// <summary>A head's rows of values, position by position, where they lie.</summary>
    public TElement* Rows<TElement>(int batch, int head)
        where TElement : unmanaged => (TElement*)_values + (batch * _strides[0]) + (head * _strides[2]);

    /// <summary>Copies a head's rows that a run may read, if some query from the first to before the last sees them.</summary>
    public void Pack<TElement>(int batch, int head, SampleRun run, int firstQuery, int lastQuery, TElement* packed)
        where TElement : unmanaged
    {
        if (IsSeen(batch, run.Group, firstQuery, lastQuery))
        {
            PackRows(Rows<TElement>(batch, head) + (run.FirstPosition * _strides[1]), run.Positions, packed);
        }
    }

    private bool IsSeen(int batch, int group, int firstQuery, int lastQuery)
    {
        for (var query = firstQuery; query < lastQuery; query++)
        {
            if (_visible is null || Visible(batch, query)[group] != 0)
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRows<TElement>(TElement* rows, int count, TElement* packed)
        where TElement : unmanaged
    {
        var padding = PaddedChannels - Shape.Channels;
        for (var i = 0; i < count; i++)
        {
            var row = packed + ((long)i * PaddedChannels);
            ChannelRows.Copy(rows + (i * _strides[1]), row, Shape.Channels);
            new Span<TElement>(row + Shape.Channels, padding).Clear();
        }
    }
}
