namespace MmiGrains.Grains.Placement;

/// <summary>The key of a worker's grain: its silo, '/', its device.</summary>
/// <param name="Silo">One life of one silo.</param>
/// <param name="Device">A name that is unique on the silo.</param>
public readonly record struct WorkerKey(SiloAddress Silo, string Device)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Silo.ToParsableString()}/{Device}";

    /// <summary>The worker of a key.</summary>
    /// <exception cref="ArgumentException">It is not the key of a worker.</exception>
    public static WorkerKey Parse(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        try
        {
            if (slash > 0 && slash < key.Length - 1)
            {
                return new WorkerKey(SiloAddress.FromParsableString(key[..slash]), key[(slash + 1)..]);
            }
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            // told below
        }

        throw new ArgumentException($"A worker's key is a silo's address, '/' and a device; this one is '{key}'.", nameof(key));
    }
}
