using MmiGrains.Kernels.Memory;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>Float32 tensors on the CPU, one after the other, as one vector that is read and written in pieces of at most 4 MB.</summary>
internal sealed class TensorVector
{
    /// <summary>Numbers of a piece; the last has fewer.</summary>
    public const int PieceLength = 1_000_000;

    private readonly IReadOnlyList<Tensor> _tensors;
    private readonly long[] _starts;

    /// <param name="tensors">Contiguous; they stay the caller's.</param>
    public TensorVector(IReadOnlyList<Tensor> tensors)
    {
        (_tensors, _starts) = (tensors, new long[tensors.Count]);
        for (var i = 0; i < tensors.Count; i++)
        {
            _starts[i] = Length;
            Length += tensors[i].numel();
        }
    }

    /// <summary>Numbers of all tensors.</summary>
    public long Length { get; }

    /// <summary>Pieces.</summary>
    public int PieceCount => (int)((Length + PieceLength - 1) / PieceLength);

    /// <summary>A copy of a piece.</summary>
    public float[] Read(int piece)
    {
        var values = new float[Math.Min(PieceLength, Length - ((long)piece * PieceLength))];
        Visit(piece, values.Length, (part, at) => part.CopyTo(values.AsSpan(at)));
        return values;
    }

    /// <summary>A copy of all pieces.</summary>
    public float[][] ReadAll() => [.. Enumerable.Range(0, PieceCount).Select(Read)];

    /// <summary>Overwrites a piece.</summary>
    public void Write(int piece, float[] values) => Visit(piece, values.Length, (part, at) => values.AsSpan(at, part.Length).CopyTo(part));

    /// <summary>Overwrites all pieces.</summary>
    public void WriteAll(float[][] pieces)
    {
        for (var piece = 0; piece < pieces.Length; piece++)
        {
            Write(piece, pieces[piece]);
        }
    }

    /// <summary>Sets all numbers to 0.</summary>
    public void Clear()
    {
        foreach (var tensor in _tensors)
        {
            TensorPointer.Span<float>(tensor).Clear();
        }
    }

    private delegate void PartAction(Span<float> part, int at);

    private void Visit(int piece, int length, PartAction action)
    {
        var start = (long)piece * PieceLength;
        var i = Array.BinarySearch(_starts, start);
        for (i = i >= 0 ? i : ~i - 1; i < _starts.Length && _starts[i] < start + length; i++)
        {
            var span = TensorPointer.Span<float>(_tensors[i]);
            var from = Math.Max(start, _starts[i]);
            var to = Math.Min(start + length, _starts[i] + span.Length);
            if (to > from)
            {
                action(span[(int)(from - _starts[i])..(int)(to - _starts[i])], (int)(from - start));
            }
        }
    }
}
