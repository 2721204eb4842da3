namespace MmiGrains.Silo.Diagnostics;

/// <summary>This system's libstdc++, and what libtorch's bridge asks of it (see build/OlderLibstdcxx.targets).</summary>
internal static class StandardLibrary
{
    /// <summary>The newest version that the bridge asks for.</summary>
    public const string NeededVersion = "GLIBCXX_3.4.32";

    private static readonly string[] Folders =
        ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/usr/local/lib64"];

    /// <summary>The bridge between TorchSharp and libtorch, as the build shipped it.</summary>
    public static string Bridge => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    /// <summary>This system's libstdc++; null where it lies in an unusual place.</summary>
    public static string? System => Folders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);

    /// <summary>Whether a libstdc++ has the needed version.</summary>
    public static bool Offers(string library) => File.ReadAllBytes(library).AsSpan().IndexOf("GLIBCXX_3.4.32\0"u8) >= 0;

    /// <summary>Whether the shipped bridge asks for the version without insisting on it.</summary>
    public static bool IsBridgeRelaxed => VersionNeeds.Read(Bridge).Any(need => need.Version == NeededVersion && need.IsWeak);
}
