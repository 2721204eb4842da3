using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Tests;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class MergeTests : IDisposable
{
    private const string Layer = "mm_decoder.layers.1.self_attn.q_proj";

    private readonly string _folder = Directory.CreateTempSubdirectory("mmi-merge-").FullName;

    private string Out => Path.Combine(_folder, "merged");

    private string Adapters => Path.Combine(_folder, "adapters");

    [Fact]
    public void Merging_adds_the_scaled_product_and_nothing_else()
    {
        var (a, b) = WriteAdapters();
        using var scope = NewDisposeScope();
        var answer = Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).Succeeded();
        Assert.Contains("1 adapters are merged", answer.Output);
        using var before = TensorSource.Open(Golden.Path());
        using var after = TensorSource.Open(Out);
        foreach (var entry in after.Entries)
        {
            var (was, now) = (before.Read(entry.Name), after.Read(entry.Name));
            if (entry.Name == Layer + ".weight")
            {
                Assert.True((was + (2 * b.mm(a)) - now).abs().max().item<float>() < 1e-6);
                Assert.False(was.Equals(now));
            }
            else
            {
                Assert.True(was.Equals(now), entry.Name);
            }
        }

        WeightManifest.Verify(Out);
        using var model = ModelFolder.Load(Out);
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).CouldNotRun("exists already");
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out, "--overwrite").Succeeded();
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_sentence()
    {
        Mmi.Run("merge", Golden.Path(), "--out", Out).CouldNotRun("is no folder with adapters.safetensors");
        WriteAdapters(width: 95);
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).CouldNotRun(Layer, "[96, 95]", "[96, 96]");
        WriteAdapters(rank: 3);
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).CouldNotRun("[3, 96]", "not of rank 2");
        WriteAdapters(layer: "nowhere");
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).CouldNotRun("'nowhere'", "has no such layer");
        File.WriteAllText(Path.Combine(Adapters, "adapter_config.json"), """{"peft_type":"LORA","r":2,"lora_alpha":4,"use_dora":true}""");
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).CouldNotRun("adapter_config.json", "use_dora");
        File.WriteAllText(Path.Combine(Adapters, "adapter_config.json"), """{"peft_type":"LORA","r":0,"lora_alpha":4}""");
        Mmi.Run("merge", Golden.Path(), Adapters, "--out", Out).CouldNotRun("r 0");
        Assert.False(Directory.Exists(Out));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (Tensor A, Tensor B) WriteAdapters(int width = 96, int rank = 2, string layer = Layer)
    {
        Directory.CreateDirectory(Adapters);
        manual_seed(1);
        var (a, b) = (randn(rank, width), randn(96, rank));
        SafetensorsFile.Write(Path.Combine(Adapters, AdapterFolder.WeightsName), [(layer + ".lora_A.weight", a), (layer + ".lora_B.weight", b)]);
        ConfigFile.Write(Path.Combine(Adapters, AdapterFolder.ConfigName), new AdapterConfig { R = 2, LoraAlpha = 4, TargetModules = ["q_proj"] });
        return (a, b);
    }
}
