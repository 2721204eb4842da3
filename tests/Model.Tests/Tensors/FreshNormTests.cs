using MmiGrains.Model.Diffusion;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Tensors;

public class FreshNormTests
{
    [Fact]
    public void Norms_start_at_one_and_zero_whatever_lay_in_memory_before()
    {
        // Freed memory that holds no number is what the next small tensors get.
        for (var i = 0; i < 400; i++)
        {
            full(64, float.NaN).Dispose();
        }

        var kept = Enumerable.Range(0, 400).Select(i => full(16 * ((i % 4) + 1), float.NaN)).ToArray();
        Array.ForEach(kept, tensor => tensor.Dispose());

        using var scope = NewDisposeScope();
        using var vae = new AutoencoderKL(new VaeConfig { BlockOutChannels = [32, 64], LayersPerBlock = 2, NormNumGroups = 16 });
        var norms = vae.named_modules().Where(child => child.module is GroupNorm).Select(child => child.name + ".").ToArray();
        Assert.True(norms.Length > 10);
        foreach (var (name, parameter) in vae.named_parameters().Where(member => norms.Any(norm => member.name.StartsWith(norm, StringComparison.Ordinal))))
        {
            var expected = name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f;
            Assert.True((parameter == expected).all().item<bool>(), $"{name} does not start at {expected}");
        }
    }
}
