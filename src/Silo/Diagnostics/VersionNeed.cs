namespace MmiGrains.Silo.Diagnostics;

/// <summary>A symbol version that a library asks for.</summary>
/// <param name="Library">Of which other library, such as libstdc++.so.6.</param>
/// <param name="Version">Such as GLIBCXX_3.4.32.</param>
/// <param name="IsWeak">Whether the loader goes on without it.</param>
internal sealed record VersionNeed(string Library, string Version, bool IsWeak);
