using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void What_is_written_reads_back_bit_for_bit_in_every_type_and_layout()
    {
        var grid = arange(24, dtype: ScalarType.Float32).reshape(4, 6);
        (string Name, Tensor Value)[] tensors =
        [
            ("bool", grid > 7),
            ("u8", grid.to(ScalarType.Byte)),
            ("i8", (-grid).to(ScalarType.Int8)),
            ("i16", (grid * -1000).to(ScalarType.Int16)),
            ("i32", (grid * -100000).to(ScalarType.Int32)),
            ("i64", grid.to(ScalarType.Int64) * (1L << 50)),
            ("f16", (grid / 7).to(ScalarType.Float16)),
            ("bf16", (grid / 7).to(ScalarType.BFloat16)),
            ("f32", grid / 7),
            ("f64", grid.to(ScalarType.Float64) / 7),
            ("scalar", tensor(3.25f)),
            ("empty", zeros(0, 4)),
            ("transposed", grid.t()),
            ("sliced", grid[.., 2..5]),
            ("expanded", tensor(2f).expand(3, 5)),
            ("parameter", new TorchSharp.Modules.Parameter(grid * 2)),
            ("nan", full(3, float.NaN)),
            ("naïve ключ \"quoted\" \\ \n", ones(2)),
        ];
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note"] = "ü\n\"" };

        SafetensorsFile.Write(_folder.File("a.safetensors"), tensors, metadata);
        using var file = SafetensorsFile.Open(_folder.File("a.safetensors"));

        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(), file.Entries.Select(entry => entry.Name).Order());
        Assert.Equal(metadata, file.Metadata);
        foreach (var (name, value) in tensors)
        {
            Assert.True(file.Contains(name));
            TensorAssert.Same(value, file.Read(name), name);
        }

        Assert.All(file.Entries, entry => Assert.Equal(0, entry.Offset % Math.Max(1, file.Read(entry.Name).element_size())));
        Assert.Equal([_folder.File("a.safetensors")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_read_tensor_outlives_the_file_and_is_a_copy()
    {
        var path = _folder.File("a.safetensors");
        SafetensorsFile.Write(path, [("a", ones(3))]);
        Tensor first, second;
        using (var file = SafetensorsFile.Open(path))
        {
            first = file.Read("a");
            second = file.Read("a");
        }

        first.add_(1);
        Assert.Equal(6f, first.sum().item<float>());
        Assert.Equal(3f, second.sum().item<float>());
    }

    [Fact]
    public void A_file_of_the_reference_writer_reads_in_data_order_though_unaligned()
    {
        using var file = SafetensorsFile.Open(Golden.Path("torch-checkpoint", "expected.safetensors"));

        Assert.Equal(13, file.Entries.Count);
        Assert.Equal(["a.weight", "a.bias", "half"], file.Entries.Take(3).Select(entry => entry.Name));
        Assert.Equal(1, (file.Entries.Single(entry => entry.Name == "scalar").Offset - file.Entries[0].Offset) % 4);
        Assert.Empty(file.Read("scalar").shape);
        Assert.Equal([0, 4], file.Read("empty").shape);
    }

    [Fact]
    public void A_file_without_tensors_is_valid()
    {
        using var file = SafetensorsFile.Open(_folder.WriteSafetensors("{}", 0));

        Assert.Empty(file.Entries);
        Assert.Contains("has no tensor 'a'", Assert.Throws<WeightFileException>(() => file.Read("a")).Message);
    }

    [Fact]
    public void Reading_after_dispose_is_refused()
    {
        var file = SafetensorsFile.Open(_folder.WriteSafetensors("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2));
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Read("a"));
    }

    [Theory]
    [InlineData("""[]""", 0, "does not begin with '{'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}""", 2, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}x""", 2, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},}""", 2, "not valid JSON")]
    [InlineData("""{"a":[[[[[[]]]]]]}""", 0, "has StartArray for the tensor 'a', where an object belongs")]
    [InlineData("""{"a\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "not valid JSON")]
    [InlineData("""{"a":3}""", 0, "has Number for the tensor 'a', where an object belongs")]
    [InlineData("""{"":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "has a tensor whose name is empty")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""", 2, "has the tensor 'a' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""", 2, "has the tensor 'a' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"color":1}}""", 2, "has the unknown field 'color' in the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "has the field 'dtype' twice in the tensor 'a'")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,2]}}""", 2, "lacks the field 'dtype' in the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","data_offsets":[0,2]}}""", 2, "lacks the field 'shape' in the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2]}}""", 2, "lacks the field 'data_offsets' in the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 2, "stores the tensor 'a' as 'F8_E4M3', which is none of BOOL, U8")]
    [InlineData("""{"a":{"dtype":"U32","shape":[1],"data_offsets":[0,4]}}""", 4, "stores the tensor 'a' as 'U32'")]
    [InlineData("""{"a":{"dtype":8,"shape":[2],"data_offsets":[0,2]}}""", 2, "has Number for dtype of the tensor 'a', where a string belongs")]
    [InlineData("""{"a":{"dtype":"U8","shape":2,"data_offsets":[0,2]}}""", 2, "has Number for the shape of the tensor 'a', where an array of numbers belongs")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}""", 2, "has '-2' in the shape of the tensor 'a', where a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2.5],"data_offsets":[0,2]}}""", 2, "has '2.5' in the shape of the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,2]}}""", 2, "has '9223372036854775808' in the shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "the shape [4294967296, 4294967296], whose size overflows")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "whose size overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "gives the tensor 'a' 4 bytes, but its shape [2] of F32 takes 8")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,3]}}""", 2, "has data_offsets [0, 3] in the tensor 'a', which are not a begin and an end within its 2 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", 2, "has data_offsets [2, 0] in the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2]}}""", 2, "has data_offsets [2] in the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1,2]}}""", 2, "has more numbers in data_offsets of the tensor 'a' than the limit of 2")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "has the tensor 'b' at offset 1, which overlaps the tensor before it, which ends at 2")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "has the tensor 'b' at offset 0, which overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "has the tensor 'b' at offset 3, which leaves a hole after the data before it, which ends at 2")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "has the tensor 'a' at offset 1, which leaves a hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3, "has 3 bytes of data, but its tensors cover 2")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "has Number for the __metadata__ entry 'a', where a string belongs")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "has the __metadata__ entry 'a' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "has __metadata__ twice")]
    [InlineData("""{"__metadata__":"x"}""", 0, "has String for __metadata__, where an object of strings belongs")]
    public void A_departure_from_the_format_is_refused_in_one_sentence(string header, int dataBytes, string expected)
    {
        var path = _folder.WriteSafetensors(header, dataBytes);

        var refusal = Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(path));

        Assert.Contains(expected, refusal.Message);
        Assert.StartsWith($"'{path}' ", refusal.Message);
        Assert.EndsWith(".", refusal.Message);
    }

    [Theory]
    [InlineData(0, "is 0 bytes long, too short")]
    [InlineData(7, "is 7 bytes long, too short")]
    [InlineData(8, "claims a header of 53 bytes, but only 0 bytes follow")]
    [InlineData(40, "claims a header of 53 bytes, but only 32 bytes follow")]
    [InlineData(61, "which are not a begin and an end within its 0 bytes of data")]
    [InlineData(62, "which are not a begin and an end within its 1 bytes of data")]
    public void A_truncated_file_is_refused(int length, string expected)
    {
        var whole = File.ReadAllBytes(_folder.WriteSafetensors("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2));
        var path = _folder.Write("short.safetensors", whole[..length]);

        Assert.Contains(expected, Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(100_000_001UL, "claims a header of 100000001 bytes, above the limit of 100000000")]
    [InlineData(ulong.MaxValue, "claims a header of 18446744073709551615 bytes, above the limit")]
    [InlineData(0UL, "does not begin with '{'")]
    public void A_false_header_length_is_refused(ulong length, string expected)
    {
        var path = _folder.Write("a.safetensors", [.. BitConverter.GetBytes(length), .. "{}"u8]);

        Assert.Contains(expected, Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void A_header_that_is_not_utf8_is_refused()
    {
        var path = _folder.Write("a.safetensors", [.. BitConverter.GetBytes(6UL), .. "{\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Contains("not valid UTF-8", Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void A_long_or_unprintable_name_is_shortened_in_the_message()
    {
        var path = _folder.WriteSafetensors($$"""{"\u001b[31m{{new string('x', 100_000)}}":3}""", 0);

        var refusal = Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(path));

        Assert.DoesNotContain('\u001b', refusal.Message);
        Assert.InRange(refusal.Message.Length, 1, 500);
    }

    [Fact]
    public void A_header_dense_with_tensors_or_text_is_refused_before_it_fills_memory()
    {
        var tensors = string.Join(",", Enumerable.Range(0, 65_537).Select(i => $$"""{{'"'}}{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"""));
        var crowded = _folder.WriteSafetensors($"{{{tensors}}}", 0);
        var wordy = _folder.WriteSafetensors($$$"""{"__metadata__":{"a":"{{{new string('x', 17 << 20)}}}"}}""", 0, "wordy.safetensors");

        Assert.Contains("has more tensors than the limit of 65536", Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(crowded)).Message);
        Assert.Contains("has more than 16777216 bytes of names and notes", Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(wordy)).Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_name()
    {
        Assert.Contains("none.safetensors' does not exist.", Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(_folder.File("none.safetensors"))).Message);
        Assert.Contains("cannot be opened for reading", Assert.Throws<WeightFileException>(() => SafetensorsFile.Open(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("", "cannot hold a tensor named ''")]
    [InlineData("__metadata__", "cannot hold a tensor named '__metadata__'")]
    [InlineData("taken", "cannot hold a tensor named 'taken'")]
    public void A_name_that_the_format_cannot_hold_is_refused_on_writing(string name, string expected)
    {
        var refusal = Assert.Throws<WeightFileException>(
            () => SafetensorsFile.Write(_folder.File("a.safetensors"), [("taken", ones(1)), (name, ones(1))]));

        Assert.Contains(expected, refusal.Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        var path = _folder.File("a.safetensors");
        SafetensorsFile.Write(path, [("a", ones(3))]);
        var before = File.ReadAllBytes(path);

        Assert.Throws<WeightFileException>(() => SafetensorsFile.Write(path, [("a", zeros(3)), ("c", zeros(2, dtype: ScalarType.ComplexFloat32))]));
        Assert.Throws<WeightFileException>(() => SafetensorsFile.Write(_folder.File("no/such/folder/a.safetensors"), [("a", ones(3))]));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_checkpoint_converts_one_tensor_at_a_time()
    {
        using var source = PyTorchCheckpoint.Open(Golden.Path("torch-checkpoint", "plain.bin"));
        var path = _folder.File("a.safetensors");

        SafetensorsFile.Write(path, source, new Dictionary<string, string> { ["format"] = "pt" });

        using var converted = SafetensorsFile.Open(path);
        Assert.Equal(source.Entries.Select(entry => entry.Name).Order(), converted.Entries.Select(entry => entry.Name).Order());
        Assert.All(source.Entries, entry => TensorAssert.Same(source.Read(entry.Name), converted.Read(entry.Name), entry.Name));
    }

    [Fact]
    public void A_tensor_beyond_four_gigabytes_of_others_is_read_from_its_place()
    {
        const long Before = 5_000_000_000;
        var path = _folder.WriteSafetensors(
            $$$"""{"big":{"dtype":"U8","shape":[{{{Before}}}],"data_offsets":[0,{{{Before}}}]},"last":{"dtype":"F32","shape":[2],"data_offsets":[{{{Before}}},{{{Before + 8}}}]}}""", 0);
        using (var stream = File.OpenWrite(path))
        {
            // A hole, which takes no room on the disk.
            stream.Position = stream.Length + Before;
            stream.Write([.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]);
        }

        using var file = SafetensorsFile.Open(path);

        Assert.Equal([1.5f, -2f], file.Read("last").data<float>());
    }
}
