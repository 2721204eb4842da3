namespace MmiGrains.Model.Metrics;

/// <summary>
/// The generator of Steele, Lea and Flood (OOPSLA 2014): eight bytes of state, and the same numbers for a seed on every machine and
/// in every version of .NET, which <see cref="Random"/> does not promise.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number of 0 to <paramref name="bound"/> - 1. Their chances differ by less than one in 2^32.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);
}
