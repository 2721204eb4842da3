using System.Collections.Concurrent;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Grains.Training;

/// <summary>
/// What rounding to bfloat16 has lost, by lease and piece, to be added the next time. What a round loses counts only once the round is done:
/// one that is repeated begins from the same.
/// </summary>
internal sealed class ErrorFeedback
{
    private readonly ConcurrentDictionary<(int Lease, int Piece), float[]> _lost = new();
    private readonly ConcurrentDictionary<(int Lease, int Piece), float[]> _next = new();

    /// <summary>Rounds a piece and what was lost before.</summary>
    public byte[] Encode(int lease, int piece, float[] values)
    {
        var lost = _lost.TryGetValue((lease, piece), out var before) ? [.. before] : new float[values.Length];
        var bytes = PieceEncoding.ToBFloat16(values, lost);
        _next[(lease, piece)] = lost;
        return bytes;
    }

    /// <summary>The round is done.</summary>
    public void Commit()
    {
        foreach (var (place, lost) in _next)
        {
            _lost[place] = lost;
        }

        _next.Clear();
    }

    /// <summary>The round is begun again.</summary>
    public void Discard() => _next.Clear();
}
