namespace MmiGrains.Model.Engines;

/// <summary>
/// Whose turn it is among those who wait: the smallest priority first, and of one priority the scope that was served longest ago, so that one
/// tenant's many requests do not keep another's few waiting.
/// </summary>
internal sealed class FairTurns
{
    private readonly Dictionary<string, long> _served = [];
    private long _turn;

    /// <summary>The index of the next.</summary>
    /// <param name="waiting">By priority, then by arrival; at least one.</param>
    /// <param name="about">Scope and priority.</param>
    public int Next<T>(IReadOnlyList<T> waiting, Func<T, (string Scope, int Priority)> about)
    {
        var (best, first) = (0, about(waiting[0]));
        var least = _served.GetValueOrDefault(first.Scope);
        for (var i = 1; i < waiting.Count && least > 0 && about(waiting[i]) is var (scope, priority) && priority == first.Priority; i++)
        {
            if (_served.GetValueOrDefault(scope) is var served && served < least)
            {
                (best, least) = (i, served);
            }
        }

        return best;
    }

    /// <summary>A scope has had its turn.</summary>
    /// <param name="scope">Which.</param>
    /// <param name="isLast">Whether nobody waits any more: then it is as if nobody ever had.</param>
    public void Serve(string scope, bool isLast)
    {
        if (isLast)
        {
            _served.Clear();
        }
        else
        {
            _served[scope] = ++_turn;
        }
    }
}
