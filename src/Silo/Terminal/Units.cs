using System.Globalization;

namespace MmiGrains.Silo.Terminal;

/// <summary>Numbers as people read them, the same in every locale.</summary>
internal static class Units
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1023.95 && unit < Sizes.Length - 1; unit++)
        {
            value /= 1024;
        }

        return $"{value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Sizes[unit]}";
    }

    /// <summary>A relative error, such as 7.3e-08.</summary>
    public static string Error(double error) => double.IsNaN(error) ? "-"
        : double.IsInfinity(error) ? "infinite"
        : error == 0 ? "0"
        : error.ToString("0.0e+00", CultureInfo.InvariantCulture);

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
