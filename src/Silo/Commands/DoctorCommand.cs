using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using MmiGrains.Silo.Diagnostics;
using MmiGrains.Silo.Terminal;
using TorchSharp;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi doctor</c>: what this machine offers, and whether libtorch loads.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Show what this machine offers, and whether libtorch loads.");
        command.SetAction(parsed => Run(parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(TextWriter output)
    {
        var torch = LoadTorch();
        var table = new TextTable("", "");
        table.Add("SDK", SdkVersion());
        table.Add("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        table.Add("system", RuntimeInformation.OSDescription);
        table.Add("processors", $"{Environment.ProcessorCount}, {Instructions()}");
        table.Add("memory", $"{Units.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}");
        table.Add("libtorch", torch.Problem ?? torch.Version);
        table.Add("libstdc++", Libstdcxx());
        table.Write(output);
        return torch.Problem is null ? ExitCode.Done : ExitCode.CouldNotRun;
    }

    private static string SdkVersion()
    {
        try
        {
            var start = new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true, RedirectStandardError = true };
            using var sdk = Process.Start(start)!;
            var answer = sdk.StandardOutput.ReadToEnd().Trim();
            sdk.WaitForExit();
            return sdk.ExitCode == 0 ? $".NET {answer}" : "none that global.json accepts";
        }
        catch (Win32Exception)
        {
            return "no dotnet on the path";
        }
    }

    private static string Instructions()
    {
        (string Name, bool IsSupported)[] sets =
            [("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512", Avx512F.IsSupported)];
        var found = sets.Where(set => set.IsSupported).Select(set => set.Name).ToList();
        return found.Count > 0 ? string.Join(", ", found) : "no AVX2";
    }

    private static (string Version, string? Problem) LoadTorch()
    {
        try
        {
            var threads = TorchSharp.torch.get_num_threads();
            var device = TorchSharp.torch.cuda.is_available() ? $"{TorchSharp.torch.cuda.device_count()} CUDA devices" : "no CUDA device";
            return ($"{TorchSharp.torch.__version__}, {threads} threads, {device}", null);
        }
        catch (Exception problem)
        {
            return ("", $"does not load: {problem.Message.Split('\n')[0]}");
        }
    }

    private static string Libstdcxx()
    {
        var offered = StandardLibrary.System is not { } library ? "not found in the usual folders"
            : StandardLibrary.Offers(library) ? $"has {StandardLibrary.NeededVersion}"
            : $"older than {StandardLibrary.NeededVersion}";
        return $"{offered}; libtorch's bridge {(StandardLibrary.IsBridgeRelaxed ? "was built to do without it" : "is the original")}";
    }
}
