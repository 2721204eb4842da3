namespace MmiGrains.Model.Scenes;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine and runtime, which System.Random does not promise.
/// </summary>
public sealed class SceneRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>A source that depends on every one of <paramref name="key"/>, in order.</summary>
    public SceneRandom(params ReadOnlySpan<long> key)
    {
        foreach (var part in key)
        {
            _state = Mixed((_state ^ (ulong)part) + Step);
        }
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += Step;
        return Mixed(_state);
    }

    /// <summary>A number from 0 to <paramref name="end"/> - 1.</summary>
    public int Next(int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(end);
        return (int)Math.BigMul(Next(), (ulong)end, out _);
    }

    /// <summary>A number from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public int Between(int first, int last) => first + Next(last - first + 1);

    /// <summary>True so many times in a hundred.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    /// <summary>One of these.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    /// <summary>One of a list.</summary>
    public T PickFrom<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    /// <summary>A member of an enumeration whose values are 0, 1, 2, …</summary>
    public T Any<T>() where T : struct, Enum => PickFrom(EnumValues<T>.All);

    /// <summary>The place of a weight, as often as it weighs.</summary>
    public int Weighted(params ReadOnlySpan<int> weights)
    {
        var total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        var left = Next(total);
        var index = 0;
        while (left >= weights[index])
        {
            left -= weights[index++];
        }

        return index;
    }

    /// <summary>The same things in another order.</summary>
    public T[] Shuffled<T>(IEnumerable<T> things)
    {
        T[] order = [.. things];
        for (var last = order.Length - 1; last > 0; last--)
        {
            var other = Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    private static ulong Mixed(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    private static class EnumValues<T> where T : struct, Enum
    {
        public static readonly T[] All = Enum.GetValues<T>();
    }
}
