using System.Text.RegularExpressions;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests;
using MmiGrains.Model.Weights;
using MmiGrains.Silo.Inspection;

namespace MmiGrains.Silo.Tests.Commands;

public sealed partial class InspectTests
{
    [Fact]
    public void The_release_has_the_tensors_of_the_reference_line_for_line()
    {
        var expected = File.ReadAllText(Golden.Path("release-keys.tsv"));
        Assert.Equal(expected, Mmi.Run("inspect", "--config", "release", "--keys").Succeeded().Output);
    }

    [Fact]
    public void Looking_at_the_release_takes_no_memory_for_its_weights()
    {
        ModelOutline.Of(ConfigPresets.Get("golden")); // loads libtorch
        var before = ResidentBytes();
        var outline = ModelOutline.Of(ConfigPresets.Get("release"));

        Assert.Equal(14_912_865_561, outline.Where(tensor => !tensor.IsBuffer).Sum(tensor => tensor.ElementCount));
        Assert.InRange(ResidentBytes() - before, long.MinValue, 200L << 20); // they would be 56 GiB
        Assert.Equal(TorchSharp.DeviceType.CPU, TorchSharp.torch.zeros(1).device_type);
    }

    [Fact]
    public void The_parts_of_the_release_have_their_published_sizes()
    {
        var parts = Parts(Mmi.Run("inspect", "--config", "release", "--summary").Succeeded());
        Assert.Equal(("433.3", "326.4", "101.7"), (parts["visual_tokenizer"], parts["visual_tokenizer/encoder"], parts["visual_tokenizer/resampler"]));
        Assert.Equal(("13215.1", "363.0"), (parts["mm_decoder"], parts["mm_decoder/MMFS"]));
        Assert.Equal(("163.9", "26.2"), (parts["text_decoder"], parts["context_feat_proj"]));
        Assert.Equal(("1074.4", "865.9", "83.7"), (parts["image_decoder"], parts["image_decoder/unet"], parts["image_decoder/vae"]));
        Assert.Equal(("101.6", "23.2"), (parts["image_decoder/mmfs"], parts["image_decoder/resampler"]));
        Assert.Equal("14912.9", parts["total"]);
        Assert.Matches(@"\ntotal +2,659 +14,912,865,561 +1,465,\d+,\d+ +55\.6 GiB\n$", Mmi.Run("inspect", "--config", "release", "--summary").Output);
    }

    [Fact]
    public void Weights_and_their_configuration_have_the_same_tensors()
    {
        var stored = Mmi.Run("inspect", Golden.Path(), "--keys").Succeeded();
        var described = Mmi.Run("inspect", "--config", "golden", "--keys").Succeeded();
        Assert.Equal(stored.Lines.Order(), described.Lines.Order());
        Assert.Equal(Mmi.Run("inspect", "--config", Golden.Path("config.json"), "--keys").Succeeded().Output, described.Output);
    }

    [Fact]
    public void Weights_are_listed_with_shape_and_type_and_summed_up()
    {
        var answer = Mmi.Run("inspect", Golden.Path("weights.safetensors")).Succeeded();
        Assert.Matches(@"^tensor +shape +type\n", answer.Output);
        Assert.Contains(answer.Lines, line => Row().IsMatch(line));
        Assert.Matches(@"^total +2,029 +9,306,033 ", answer.Lines[^1]);
    }

    [Fact]
    public void Files_of_other_things_are_listed_too()
    {
        var answer = Mmi.Run("inspect", Golden.Path("torch-checkpoint", "plain.bin")).Succeeded();
        Assert.Contains(answer.Lines, line => line.StartsWith("scalar ", StringComparison.Ordinal) && line.EndsWith("scalar  float32", StringComparison.Ordinal));
        Assert.Contains(answer.Lines, line => line.StartsWith("brain ", StringComparison.Ordinal) && line.EndsWith("3x3  bfloat16", StringComparison.Ordinal));
        Assert.DoesNotContain("trainable", answer.Output);
        Assert.Contains("scalar\t\tfloat32\t", Mmi.Run("inspect", Golden.Path("torch-checkpoint", "plain.bin"), "--keys").Output);
    }

    [Fact]
    public void What_cannot_be_inspected_is_one_sentence()
    {
        Mmi.Run("inspect").CouldNotRun("either a PATH or --config");
        Mmi.Run("inspect", "x", "--config", "golden").CouldNotRun("either a PATH or --config");
        Mmi.Run("inspect", "nowhere").CouldNotRun("'nowhere' does not exist");
        Mmi.Run("inspect", Golden.Path("torch-checkpoint", "hostile.bin")).CouldNotRun("hostile.bin", "posix.system");
        Mmi.Run("inspect", Golden.Path("README.md")).CouldNotRun("README.md", "neither a safetensors file");
        Mmi.Run("inspect", "--config", "huge").CouldNotRun("'huge'", "mini, small, golden, release-7b, release");
        Mmi.Run("inspect", "--config", Golden.Path("release-keys.tsv")).CouldNotRun("release-keys.tsv");
    }

    [Fact]
    public void Sizes_of_stored_tensors_are_those_of_the_file()
    {
        using var source = TensorSource.Open(Golden.Path("torch-checkpoint", "expected.safetensors"));
        Assert.Equal(source.Entries.Select(entry => entry.ByteCount), ModelOutline.Of(source).Select(tensor => tensor.ByteCount));
    }

    // Million parameters of each part, as 'module' or 'module/part'.
    private static Dictionary<string, string> Parts(Mmi answer)
    {
        var module = "";
        return answer.Lines.Skip(1).Where(line => line.Length > 0).ToDictionary(
            line => line.StartsWith(' ') ? $"{module}/{line.Trim().Split(' ')[0]}" : module = line.Split(' ')[0],
            line => (double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]) / 1e6).ToString("0.0"));
    }

    private static long ResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    [GeneratedRegex(@"^visual_tokenizer\.encoder\.vision_model\.embeddings\.patch_embedding\.weight +64x3x14x14  float32$")]
    private static partial Regex Row();
}
