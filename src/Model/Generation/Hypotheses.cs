namespace MmiGrains.Model.Generation;

/// <summary>The best finished beams of one row.</summary>
internal sealed class Hypotheses(int beams, double lengthPenalty)
{
    private readonly List<(double Score, long[] Ids)> _kept = [];
    private double _worst = 1e9;

    /// <summary>Whether no running beam can still win: there are enough, and the worst is no worse than the best that can come.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The best one's ids.</summary>
    public long[] Best => _kept.MaxBy(hypothesis => hypothesis.Score).Ids;

    /// <summary>Adds a finished beam, scored by the sum of its log-probabilities over its length; the worst one too many is dropped.</summary>
    public void Add(long[] ids, double sum)
    {
        var score = sum / Math.Pow(ids.Length, lengthPenalty);
        if (_kept.Count >= beams && score <= _worst)
        {
            return;
        }

        _kept.Add((score, ids));
        if (_kept.Count > beams)
        {
            _kept.Remove(_kept.MinBy(hypothesis => hypothesis.Score));
            _worst = _kept.Min(hypothesis => hypothesis.Score);
        }
        else
        {
            _worst = Math.Min(_worst, score);
        }
    }

    /// <summary>Checks whether the row is done.</summary>
    /// <param name="bestSum">The best running sum of log-probabilities.</param>
    /// <param name="length">Ids so far, plus one.</param>
    public void Update(double bestSum, int length) =>
        IsDone = IsDone || (_kept.Count >= beams && _worst >= bestSum / Math.Pow(length, lengthPenalty));
}
