using System.Diagnostics;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>
/// Opens damaged files and reads everything in them. Each must end in success or in a <see cref="WeightFileException"/>,
/// within two seconds, and within the file's own size and 64 MB of managed memory.
/// </summary>
internal sealed class FuzzOutcomes
{
    private const long SpareBytes = 64 << 20;

    public int Opened { get; private set; }

    public int Refused { get; private set; }

    public long LargestAllocation { get; private set; }

    public TimeSpan Longest { get; private set; }

    public void Try(string path, byte[] content, Func<string, ITensorSource> open, string what)
    {
        File.WriteAllBytes(path, content);
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var file = open(path);
            foreach (var entry in file.Entries)
            {
                using var tensor = file.Read(entry.Name);
                Assert.True(tensor.numel() * tensor.element_size() == entry.ByteCount, $"{what}: '{entry.Name}' is not of its stated size");
                Assert.True(entry.ByteCount <= content.Length, $"{what}: '{entry.Name}' has {entry.ByteCount} bytes in a file of {content.Length}");
            }

            Opened++;
        }
        catch (WeightFileException refusal)
        {
            Assert.True(refusal.Message.EndsWith('.') && refusal.Message.Length < 2000, $"{what}: {refusal.Message}");
            Refused++;
        }
        catch (Exception escaped) when (escaped is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {escaped}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{what}: took {clock.Elapsed}");
        Assert.True(allocated <= content.Length + SpareBytes, $"{what}: took {allocated} bytes for a file of {content.Length}");
        Longest = clock.Elapsed > Longest ? clock.Elapsed : Longest;
        LargestAllocation = Math.Max(LargestAllocation, allocated);
    }
}
