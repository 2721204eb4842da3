namespace MmiGrains.Silo.Http.Sessions;

/// <summary>Values of enumerations as the interface spells them.</summary>
internal static class Words
{
    /// <summary>Lower case: all of these names are one word.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
