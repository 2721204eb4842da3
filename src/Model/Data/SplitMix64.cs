namespace MmiGrains.Model.Data;

/// <summary>
/// A small generator of random numbers (Steele, Lea, Flood 2014) whose numbers are the same on every machine: what is drawn for training
/// data depends on a seed and an index alone.
/// </summary>
public struct SplitMix64
{
    private ulong _state;

    /// <summary>The generator of a seed and an index: neighbours draw unrelated numbers.</summary>
    public SplitMix64(ulong seed, ulong index = 0) => _state = Mix(seed + 0x9E3779B97F4A7C15) ^ Mix((index * 0xD1B54A32D192ED03) + 0x8CB92BA72F3D8DD7);

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>A number in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1L << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
