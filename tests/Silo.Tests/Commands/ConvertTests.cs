using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Weights;
using MmiGrains.Silo.Conversion;
using MmiGrains.Silo.Inspection;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class ConvertTests : IDisposable
{
    private const string Vae = "image_decoder.decoder.vae.";

    private static readonly string Weights = Golden.Path("weights.safetensors");

    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_converted_folder_holds_the_same_weights_and_parity_passes_on_it()
    {
        var answer = Mmi.Run("convert", Weights, "--out", Out, "--config", Golden.Path("config.json")).Succeeded();

        Assert.Equal($"2,029 tensors, 35.5 MiB, are in '{Out}'", answer.Lines[^1]);
        Assert.Equal(["config.json", "manifest.json", "model.safetensors"], Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName).Order());
        WeightManifest.Verify(Out);
        RequireSameWeights(Out);
        RequireParity();
        Assert.Equal([Out], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_checkpoint_of_torch_save_converts_to_the_same_weights()
    {
        var checkpoint = WriteTorchCheckpoint(_folder.File("pytorch_model.bin"));
        Mmi.Run("convert", checkpoint, "--out", Out, "--config", "golden").Succeeded();
        RequireSameWeights(Out);
        RequireParity();
    }

    [Fact]
    public void Large_models_are_cut_into_files_with_an_index()
    {
        using var source = NamedSource.Open(Weights);
        var config = ConfigPresets.Get("golden");
        var plan = ConversionPlan.Make(ModelOutline.Of(config), [source], type: null);
        var written = new List<string>();
        NewFolder.Write(Out, 0, folder => new ModelWriter(plan, config, null).Write(folder, 8 << 20, (name, _) => written.Add(name), default));

        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"model-{i:D5}-of-00005.safetensors"), written);
        Assert.All(written, name => Assert.InRange(new FileInfo(Path.Combine(Out, name)).Length, 1, 9 << 20));
        WeightManifest.Verify(Out);
        RequireSameWeights(Out);
        RequireParity();
    }

    [Fact]
    public void A_tensor_above_the_limit_gets_a_file_of_its_own()
    {
        using var source = NamedSource.Open(Golden.Path("torch-checkpoint", "plain.bin"));
        var tensors = source.Tensors.Entries.Select(entry => new PlannedTensor(entry.Name, entry.Shape, entry.Type, source.Tensors, entry.Name)).ToList();
        var files = ModelWriter.Cut(tensors, largestFile: 64);
        Assert.Equal(tensors, files.SelectMany(file => file));
        Assert.All(files, file => Assert.True(file.Count == 1 || file.Sum(tensor => tensor.ByteCount) <= 64));
        Assert.Contains(files, file => file is [{ Name: "view.transposed", ByteCount: 192 }]);
    }

    [Theory]
    [InlineData("bf16", ScalarType.BFloat16)]
    [InlineData("f16", ScalarType.Float16)]
    [InlineData("f32", ScalarType.Float32)]
    public void Floating_point_weights_get_the_type_that_is_asked_for(string name, ScalarType type)
    {
        Mmi.Run("convert", Weights, "--out", Out, "--config", "golden", "--dtype", name).Succeeded();
        using var converted = TensorSource.Open(Out);
        using var original = TensorSource.Open(Weights);
        Assert.All(converted.Entries, entry => Assert.Equal(entry.Name.EndsWith("position_ids", StringComparison.Ordinal) ? ScalarType.Int64 : type, entry.Type));
        foreach (var tensor in new[] { "soi_token", "image_decoder.decoder.unet.conv_in.weight" })
        {
            using var scope = NewDisposeScope();
            TensorAssert.Same(original.Read(tensor).to_type(type), converted.Read(tensor), tensor);
        }
    }

    [Fact]
    public void Later_sources_fill_what_earlier_ones_lack_under_their_own_names()
    {
        var rest = WritePart("rest.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? null : name, scale: 1);
        var vae = WritePart("vae.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? name[Vae.Length..] : null, scale: 1);
        var other = WritePart("other.safetensors", name => "module." + name, scale: 2);

        Mmi.Run("convert", rest, "--out", Out, "--config", "golden").CouldNotRun("rest.safetensors", $"missing ({Vae}", "nothing left over");
        Mmi.Run("convert", rest, vae, "--out", Out, "--config", "golden").CouldNotRun("left over (");
        var answer = Mmi.Run("convert", rest, $"{Vae.TrimEnd('.')}={vae}", other, "--out", Out, "--config", "golden").Succeeded();

        Assert.Contains("244 of 244 tensors come from", answer.Output);
        Assert.Contains("0 of 2,029 tensors come from", answer.Output);
        RequireSameWeights(Out);
    }

    [Fact]
    public void What_does_not_fit_is_listed_when_only_a_part_is_wanted()
    {
        var part = WritePart("part.safetensors", name => name.StartsWith("context_feat_proj", StringComparison.Ordinal) ? name : name == "soi_token" ? "extra" : null, 1);
        Mmi.Run("convert", part, "--out", Out, "--config", "golden").CouldNotRun("missing (soi_token", "1 left over (extra)", "--partial");
        Assert.False(Path.Exists(Out));

        var answer = Mmi.Run("convert", part, "--out", Out, "--config", "golden", "--partial").Succeeded();
        Assert.Contains("missing: soi_token", answer.Lines);
        Assert.Contains("left over: extra", answer.Lines);
        using var converted = TensorSource.Open(Out);
        Assert.Equal(["context_feat_proj.bias", "context_feat_proj.weight"], converted.Entries.Select(entry => entry.Name).Order());
        Mmi.Run("parity", Out).CouldNotRun("'cases'");
    }

    [Fact]
    public void A_tokenizer_comes_along_when_it_fits()
    {
        var tokenizer = Golden.Path("tokenizer", "tokenizer.model");
        Mmi.Run("convert", Weights, "--out", Out, "--config", "golden", "--tokenizer", tokenizer).CouldNotRun("tokenizer.model", "1200 pieces", "322 rows");

        var config = ConfigPresets.Get("golden");
        var file = _folder.File("wide.json");
        ConfigFile.Write(file, config with { Sequence = config.Sequence with { VocabSizeBase = 1300, VocabSizeTotal = 1302 } });
        Mmi.Run("convert", Weights, "--out", Out, "--config", file, "--partial", "--tokenizer", tokenizer).CouldNotRun("embed_tokens.weight", "[322, 96]", "[1302, 96]");
        var part = WritePart("part.safetensors", name => name == "soi_token" ? name : null, 1);
        Mmi.Run("convert", part, "--out", Out, "--config", file, "--partial", "--tokenizer", tokenizer).Succeeded();
        Assert.Equal(File.ReadAllBytes(tokenizer), File.ReadAllBytes(Path.Combine(Out, ModelFolder.TokenizerName)));
        WeightManifest.Verify(Out);
    }

    [Fact]
    public void What_cannot_be_converted_is_one_sentence_and_leaves_nothing_behind()
    {
        var damaged = _folder.Write("damaged.safetensors", [8, 0, 0, 0, 0, 0, 0, 0, (byte)'{']);
        var huge = _folder.File("huge.safetensors");
        SafetensorsFile.Write(huge, [("soi_token", full(1, 96, 1e6f))]);
        var twice = _folder.File("twice.safetensors");
        SafetensorsFile.Write(twice, [("soi_token", zeros(1, 96)), ("module.soi_token", zeros(1, 96))]);
        var before = Directory.EnumerateFileSystemEntries(_folder.Path).Order().ToList();

        void Refused(string[] args, params string[] parts)
        {
            Mmi.Run(["convert", .. args, "--out", Out]).CouldNotRun(parts);
            Assert.Equal(before, Directory.EnumerateFileSystemEntries(_folder.Path).Order());
        }

        Refused(["--config", "golden"], "SOURCE");
        Refused([Weights], "--config");
        Refused([Weights, "--config", "nowhere.json"], "'nowhere.json'");
        Refused([Weights, "--config", "mini"], "soi_token", "[1, 96]", "[1, 192]");
        Refused(["nowhere", "--config", "golden"], "'nowhere' does not exist");
        Refused(["vae=nowhere", "--config", "golden"], "'nowhere' does not exist");
        Refused([damaged, "--config", "golden"], "damaged.safetensors", "header");
        Refused([Golden.Path("torch-checkpoint", "hostile.bin"), "--config", "golden"], "posix.system");
        Refused([Golden.Path("torch-checkpoint", "legacy.bin"), "--config", "golden", "--partial"], "legacy");
        Refused([Golden.Path("torch-checkpoint"), "--config", "golden", "--partial"], "nothing that the model has a place for");
        Refused([huge, "--config", "golden", "--partial", "--dtype", "f16"], "1E+06", "soi_token", "65504");
        Refused([twice, "--config", "golden", "--partial"], "both fill 'soi_token'");
        Refused([Weights, "--config", "golden", "--tokenizer", "nowhere.model"], "nowhere.model");
        Refused([Weights, "--config", "golden", "--tokenizer", Golden.Path("config.json")], "config.json");
    }

    [Fact]
    public void A_place_that_is_taken_is_refused_or_replaced_whole()
    {
        Directory.CreateDirectory(Out);
        _folder.Write("out/letter.txt", [1]);
        Mmi.Run("convert", Weights, "--out", Out, "--config", "golden").CouldNotRun(Out, "exists already", "--overwrite");
        Mmi.Run("convert", Weights, "--out", Out, "--config", "golden", "--overwrite").CouldNotRun(Out, "not made by convert");
        Assert.Equal(["letter.txt"], Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName));

        File.Delete(Path.Combine(Out, "letter.txt"));
        Mmi.Run("convert", Weights, "--out", Out, "--config", "golden", "--overwrite").Succeeded();
        Mmi.Run("convert", Out, "--out", Out, "--config", "golden", "--overwrite", "--dtype", "bf16").Succeeded();
        Assert.InRange(new FileInfo(Path.Combine(Out, "model.safetensors")).Length, 1, 20 << 20);
        WeightManifest.Verify(Out);
        Assert.Equal([Out], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_failure_half_way_leaves_what_was_there()
    {
        Mmi.Run("convert", Weights, "--out", Out, "--config", "golden").Succeeded();
        using var source = NamedSource.Open(Weights);
        var config = ConfigPresets.Get("golden");
        var plan = ConversionPlan.Make(ModelOutline.Of(config), [source], ScalarType.BFloat16);
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => NewFolder.Write(Out, 0, folder =>
            new ModelWriter(plan, config, null).Write(folder, 8 << 20, (_, _) => cancellation.Cancel(), cancellation.Token)));
        Assert.Equal([Out], Directory.EnumerateFileSystemEntries(_folder.Path));
        WeightManifest.Verify(Out);
        Assert.Throws<CommandException>(() => NewFolder.Write(_folder.File("larger"), long.MaxValue, _ => { }));
        Assert.Equal([Out], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static void RequireSameWeights(string folder)
    {
        using var expected = TensorSource.Open(Weights);
        using var actual = TensorSource.Open(folder);
        Assert.Equal(expected.Entries.Select(entry => entry.Name).Order(), actual.Entries.Select(entry => entry.Name).Order());
        foreach (var entry in expected.Entries)
        {
            using var scope = NewDisposeScope();
            TensorAssert.Same(expected.Read(entry.Name), actual.Read(entry.Name), entry.Name);
        }
    }

    // The converted folder with recorded cases beside it is again a folder that parity takes.
    private void RequireParity()
    {
        Directory.CreateDirectory(Path.Combine(Out, "cases"));
        File.Copy(Golden.Path("cases", "d_perceiver.safetensors"), Path.Combine(Out, "cases", "d_perceiver.safetensors"));
        Assert.Equal("1 of 1 cases equal", Mmi.Run("parity", Out).Succeeded().Lines[^1]);
    }

    // The golden weights under other names; null leaves one out.
    private string WritePart(string file, Func<string, string?> rename, double scale)
    {
        using var scope = NewDisposeScope();
        using var source = TensorSource.Open(Weights);
        var parts = source.Entries.Select(entry => (Name: rename(entry.Name), entry))
            .Where(part => part.Name is not null)
            .Select(part => (part.Name!, is_integral(part.entry.Type) ? source.Read(part.entry.Name) : source.Read(part.entry.Name) * scale));
        SafetensorsFile.Write(_folder.File(file), [.. parts]);
        return _folder.File(file);
    }

    private static string WriteTorchCheckpoint(string path)
    {
        using var source = TensorSource.Open(Weights);
        var zip = new ZipBuilder();
        var pickle = new PickleBuilder().Operation('}');
        foreach (var (entry, key) in source.Entries.Select((entry, i) => (entry, $"{i}")))
        {
            using var value = source.Read(entry.Name);
            var storage = entry.Type == ScalarType.Int64 ? "LongStorage" : "FloatStorage";
            pickle.Text(entry.Name).Tensor(0, value.shape, value.stride(), value.numel(), storage, key).Operation('s');
            zip.Add($"archive/data/{key}", value.bytes);
        }

        File.WriteAllBytes(path, zip.Add("archive/data.pkl", pickle.Stop()).Build());
        return path;
    }
}
