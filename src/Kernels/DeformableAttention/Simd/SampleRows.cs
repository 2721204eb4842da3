using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MmiGrains.Kernels.Memory;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// Locations or weights, [batch, queries, heads, levels, points] of two numbers or one, in any strides. The numbers of one query and head
/// are read where they lie if they lie in the order of <see cref="SampleTable"/>, and are copied into it otherwise.
/// </summary>
internal readonly unsafe struct SampleRows
{
    private readonly float* _first;
    private readonly float* _copy;
    private readonly long[] _strides;
    private readonly AttentionShape _shape;
    private readonly int _numbers;
    private readonly int _paddedPerGroup;
    private readonly bool _inOrder;

    /// <param name="tensor">Locations, with two numbers per sample, or weights, in float32; kept alive by the caller.</param>
    /// <param name="shape">Sizes of the call.</param>
    /// <param name="table">Gives the order.</param>
    public SampleRows(Tensor tensor, AttentionShape shape, SampleTable table)
    {
        _first = (float*)TensorPointer.First(tensor);
        (_strides, _shape) = (tensor.stride(), shape);
        (_numbers, _paddedPerGroup) = (_strides.Length == 6 ? 2 : 1, table.PaddedPerGroup);
        _inOrder = _paddedPerGroup == shape.SamplesPerGroup && _strides[3] == shape.Points * _numbers && HasPointsInOrder;
    }

    private SampleRows(SampleRows rows, float* copy)
    {
        this = rows;
        _copy = copy;
    }

    private bool HasPointsInOrder => _strides[4] == _numbers && _strides[^1] == 1;

    /// <summary>The same, with memory for a copy, whose padding is made zero.</summary>
    public SampleRows WithCopy(float* copy)
    {
        new Span<float>(copy, _shape.Groups * _paddedPerGroup * _numbers).Clear();
        return new SampleRows(this, copy);
    }

    /// <summary>The numbers of one query and head, those of hidden groups aside.</summary>
    /// <param name="batch">Row of the batch.</param>
    /// <param name="query">Query.</param>
    /// <param name="head">Head.</param>
    /// <param name="visible">One byte per group, or null where all are visible.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int batch, int query, int head, byte* visible)
    {
        var row = _first + (batch * _strides[0]) + (query * _strides[1]) + (head * _strides[2]);
        return _inOrder ? row : Copy(row, visible);
    }

    /// <summary>
    /// Fetches the numbers of a query and head that comes next: one head's are pages apart, so that the processor does not see them coming.
    /// </summary>
    /// <param name="batch">Row of the batch.</param>
    /// <param name="query">Query.</param>
    /// <param name="head">Head.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int batch, int query, int head)
    {
        const int Line = 64;
        if (_inOrder)
        {
            var row = (byte*)(_first + (batch * _strides[0]) + (query * _strides[1]) + (head * _strides[2]));
            for (var i = 0; i < _shape.Groups * _paddedPerGroup * _numbers * sizeof(float); i += Line)
            {
                Sse.Prefetch0(row + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Copy(float* row, byte* visible)
    {
        var levelsPerGroup = _shape.Levels / _shape.Groups;
        for (var level = 0; level < _shape.Levels; level++)
        {
            var group = level / levelsPerGroup;
            if (visible is null || visible[group] != 0)
            {
                var place = (group * _paddedPerGroup) + (level % levelsPerGroup * _shape.Points);
                CopyLevel(row + (level * _strides[3]), _copy + (place * _numbers));
            }
        }

        return _copy;
    }

    private void CopyLevel(float* from, float* to)
    {
        if (HasPointsInOrder)
        {
            ChannelRows.Copy(from, to, _shape.Points * _numbers);
            return;
        }

        for (var point = 0; point < _shape.Points; point++)
        {
            for (var i = 0; i < _numbers; i++)
            {
                to[(point * _numbers) + i] = from[(point * _strides[4]) + (i * _strides[^1])];
            }
        }
    }
}
