using System.Diagnostics;
using MmiGrains.Kernels.DeformableAttention;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

public class LifetimeTests
{
    [Fact]
    public void Thousands_of_steps_leave_no_memory_behind()
    {
        using var outer = NewDisposeScope();
        var kernel = new SimdDeformableAttention();
        var drawn = AttentionCase.Draw(2, 30, 4, 16, 4, "16x16 8x8"); // a step makes 0.4 MB of tensors
        var gradient = ones(2, 30, 64);
        void Steps(int count)
        {
            for (var step = 0; step < count; step++)
            {
                using var scope = NewDisposeScope();
                _ = drawn.Gradients(kernel, gradient);
            }
        }

        Steps(200);
        var (managed, native) = (GC.GetTotalMemory(forceFullCollection: true), WorkingSet());
        Steps(2000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 1 << 20);
        Assert.InRange(WorkingSet() - native, long.MinValue, 64 << 20);
    }

    private static long WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
