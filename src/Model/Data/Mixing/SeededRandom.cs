namespace MmiGrains.Model.Data.Mixing;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): small, and the same numbers on every
/// machine and in every version. A generator is made from any numbers, such as (seed, epoch, row), so no state needs to be saved.
/// </summary>
public struct SeededRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>A generator for these numbers, in this order.</summary>
    public SeededRandom(params ReadOnlySpan<long> seeds)
    {
        foreach (var seed in seeds)
        {
            _state = Mix(_state + Golden + (ulong)seed);
        }
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        _state += Golden;
        return Mix(_state);
    }

    /// <summary>A number from 0 up to, not including, 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 up to, not including, <paramref name="limit"/>; each is as likely as any other.</summary>
    public int NextInt(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        // Lemire's multiplication; the few draws that would favour some numbers are made again.
        while (true)
        {
            var high = Math.BigMul(NextBits(), (ulong)limit, out var low);
            if (low >= (ulong)limit || low >= (0 - (ulong)limit) % (ulong)limit)
            {
                return (int)high;
            }
        }
    }

    /// <summary>Whether something of this probability happens.</summary>
    public bool Happens(double probability) => NextDouble() < probability;

    /// <summary>Puts items in a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The whole numbers below <paramref name="count"/> in a random order.</summary>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        Shuffle(order.AsSpan());
        return order;
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
