using System.Diagnostics;
using System.Runtime.InteropServices;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Diagnostics;

namespace MmiGrains.Silo.Tests;

/// <summary>What build/OlderLibstdcxx.targets does to libtorch's bridge.</summary>
public sealed class OlderLibstdcxxTests
{
    [Fact]
    public void The_shipped_bridge_loads()
    {
        TorchSharp.torch.zeros(1).Dispose(); // libtorch first: the bridge looks for it beside itself
        Assert.True(NativeLibrary.TryLoad(StandardLibrary.Bridge, out _), $"{StandardLibrary.Bridge} does not load");
    }

    [Fact]
    public void The_bridge_does_not_insist_on_a_version_that_this_system_lacks()
    {
        var need = Assert.Single(VersionNeeds.Read(StandardLibrary.Bridge), need => need.Version == StandardLibrary.NeededVersion);
        Assert.Equal("libstdc++.so.6", need.Library);
        var system = StandardLibrary.System;
        Assert.NotNull(system);
        Assert.Equal(!StandardLibrary.Offers(system), need.IsWeak);
    }

    [Fact]
    public void No_other_need_of_the_bridge_is_relaxed()
    {
        var needs = VersionNeeds.Read(StandardLibrary.Bridge);
        Assert.True(needs.Count > 10);
        Assert.All(needs, need => Assert.True(!need.IsWeak || need.Version == StandardLibrary.NeededVersion));
    }

    [Fact]
    public void The_build_refuses_a_bridge_that_does_not_need_the_version()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.File("copy.so");

        // No system offers this version, so the step goes to work everywhere.
        var (exitCode, log) = Build(folder, StandardLibrary.Bridge, copy, "GLIBCXX_99.0");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("libLibTorchSharp.so does not need GLIBCXX_99.0", log);
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public void The_build_relaxes_that_one_version_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var (copy, library) = (folder.File("copy.so"), folder.File("library.so"));
        var bytes = File.ReadAllBytes(StandardLibrary.Bridge);
        var name = bytes.AsSpan().IndexOf("CXXABI_1.3.9\0"u8);
        Assert.True(name >= 0);
        "CXXABI_9.9.9\0"u8.CopyTo(bytes.AsSpan(name)); // a need that no system offers
        File.WriteAllBytes(library, bytes);

        var (exitCode, log) = Build(folder, library, copy, "CXXABI_9.9.9");
        Assert.True(exitCode == 0, log);
        var (before, after) = (VersionNeeds.Read(library), VersionNeeds.Read(copy));
        Assert.Equal(before.Select(need => need with { IsWeak = need.IsWeak || need.Version == "CXXABI_9.9.9" }), after);
        Assert.False(Assert.Single(before, need => need.Version == "CXXABI_9.9.9").IsWeak);
        Assert.Equal(1, File.ReadAllBytes(copy).Zip(bytes).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void Other_files_are_no_libraries()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Read(folder.Write("text", "some text"u8.ToArray())));
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Read(folder.Write("cut", File.ReadAllBytes(StandardLibrary.Bridge)[..100_000])));
    }

    // Runs the build's own step on one file, in a project that has nothing else.
    private static (int ExitCode, string Log) Build(TemporaryFolder folder, string source, string destination, string version)
    {
        var targets = Path.Combine(Mmi.Repository, "build", "OlderLibstdcxx.targets");
        File.WriteAllText(folder.File("step.proj"), $"""
            <Project>
              <Import Project="{targets}" />
              <Target Name="Step"><WeakenVersionNeed Source="{source}" Destination="{destination}" Version="{version}" /></Target>
            </Project>
            """);
        var start = new ProcessStartInfo("dotnet", ["msbuild", folder.File("step.proj"), "-t:Step", "-nologo", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Mmi.Repository,
        };
        using var build = Process.Start(start)!;
        var log = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return (build.ExitCode, log);
    }
}
