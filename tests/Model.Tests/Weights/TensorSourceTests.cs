using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Weights;

public sealed class TensorSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_file_is_told_by_its_content_whatever_its_name_but_no_pickle_is_called_safe()
    {
        SafetensorsFile.Write(_folder.File("a.bin"), [("a", ones(2))]);
        File.Copy(Golden.Path("torch-checkpoint", "plain.bin"), _folder.File("b.weights"));
        File.Copy(Golden.Path("torch-checkpoint", "plain.bin"), _folder.File("c.safetensors"));

        using var first = TensorSource.Open(_folder.File("a.bin"));
        using var second = TensorSource.Open(_folder.File("b.weights"));

        Assert.IsType<SafetensorsFile>(first);
        Assert.IsType<PyTorchCheckpoint>(second);
        Assert.Contains("pickle is not supported", Refusal(_folder.File("c.safetensors")));
    }

    [Theory]
    [InlineData('{')] // which begins an index: a header of that many bytes opens the file with it
    [InlineData(0x80)] // which begins a pickle
    [InlineData(0x0480)]
    public void A_header_whose_length_begins_as_something_else_is_still_safetensors(int length)
    {
        var header = """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""".PadRight(length);

        using var source = TensorSource.Open(_folder.WriteSafetensors(header, 2));

        Assert.IsType<SafetensorsFile>(source);
    }

    [Fact]
    public void A_folder_opens_the_file_of_the_usual_name_safetensors_first()
    {
        File.Copy(Golden.Path("torch-checkpoint", "plain.bin"), _folder.File("pytorch_model.bin"));
        using (var source = TensorSource.Open(_folder.Path))
        {
            Assert.IsType<PyTorchCheckpoint>(source);
        }

        SafetensorsFile.Write(_folder.File("weights.safetensors"), [("a", ones(2))]);
        using (var source = TensorSource.Open(_folder.Path))
        {
            Assert.Equal(_folder.File("weights.safetensors"), source.Path);
        }

        SafetensorsFile.Write(_folder.File("model.safetensors"), [("a", ones(2))]);
        Assert.Contains("holds both 'model.safetensors' and 'weights.safetensors'", Refusal(_folder.Path));
    }

    [Fact]
    public void A_folder_with_an_index_opens_its_shards()
    {
        WriteShards("""{"metadata":{"total_size":20,"note":"n"},"weight_map":{"b":"2.safetensors","a":"1.safetensors","c":"1.safetensors"}}""");

        using var source = TensorSource.Open(_folder.Path);

        Assert.IsType<ShardedCheckpoint>(source);
        Assert.Equal(["a", "c", "b"], source.Entries.Select(entry => entry.Name));
        Assert.Equal(3f, source.Read("b").sum().item<float>());
        Assert.Equal("20", source.Metadata["total_size"]);
        Assert.False(source.Contains("d"));
        Assert.Contains("has no tensor 'd'", Assert.Throws<WeightFileException>(() => source.Read("d")).Message);
    }

    [Theory]
    [InlineData("""{"a":"1.safetensors","c":"1.safetensors"}""", null)]
    [InlineData("""{"a":"1.safetensors","b":"1.safetensors","c":"1.safetensors"}""", "places the tensor 'b' in '1.safetensors', which does not hold it")]
    [InlineData("""{"a":"1.safetensors","b":"2.safetensors"}""", "does not list the tensor 'c', which '1.safetensors' holds")]
    [InlineData("""{"a":"1.safetensors","c":"1.safetensors","b":"3.safetensors"}""", "3.safetensors' does not exist")]
    [InlineData("""{"a":"../1.safetensors"}""", "places the tensor 'a' in '\"../1.safetensors\"', which is not the plain name")]
    [InlineData("""{"a":"/etc/passwd"}""", "which is not the plain name")]
    [InlineData("""{"a":".."}""", "which is not the plain name")]
    [InlineData("""{"a":"b\\c"}""", "which is not the plain name")]
    [InlineData("""{"a":""}""", "which is not the plain name")]
    [InlineData("""{"a":7}""", "places the tensor 'a' in '7', which is not the plain name")]
    [InlineData("""{"":"1.safetensors"}""", "has a tensor whose name is empty")]
    [InlineData("""{"a":"1.safetensors","a":"2.safetensors"}""", "is not an index: it is not valid JSON, or it has a name twice")]
    [InlineData("""{"a":"model.safetensors.index.json"}""", "is an index where a file of tensors belongs")]
    [InlineData("""["a"]""", "has no object 'weight_map'")]
    [InlineData("""{"a":"1.safetensors" """, "is not an index")]
    public void An_index_that_disagrees_with_its_files_is_refused(string map, string? expected)
    {
        WriteShards($$"""{"weight_map":{{map}}}""");

        if (expected is null)
        {
            using var source = TensorSource.Open(_folder.Path);
            Assert.Equal(2, source.Entries.Count);
        }
        else
        {
            Assert.Contains(expected, Refusal(_folder.Path));
        }
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused()
    {
        WriteShards("""{"weight_map":{"b":"2.safetensors","a":"1.safetensors","c":"1.safetensors"}}""");
        SafetensorsFile.Write(_folder.File("2.safetensors"), [("b", ones(3)), ("c", ones(1))]);

        Assert.Contains("places the tensor 'c' in '1.safetensors', but '2.safetensors' holds one of that name too", Refusal(_folder.Path));
    }

    [Fact]
    public void What_holds_no_weights_is_refused_by_name()
    {
        Assert.Contains("holds none of model.safetensors", Refusal(_folder.Path));
        Assert.Contains("does not exist", Refusal(_folder.File("none")));
        Assert.Contains("is neither a safetensors file", Refusal(_folder.Write("notes.txt", [.. "hello, world"u8])));
        Assert.Contains("is 3 bytes long, too short", Refusal(_folder.Write("a.safetensors", [1, 2, 3])));
        Assert.Contains("does not begin with 'PK'", Refusal(_folder.Write("a.bin", [1, 2, 3])));
        Assert.Contains("is neither", Refusal(_folder.Write("empty", [])));
    }

    private void WriteShards(string index)
    {
        SafetensorsFile.Write(_folder.File("1.safetensors"), [("a", ones(1)), ("c", ones(1))]);
        SafetensorsFile.Write(_folder.File("2.safetensors"), [("b", ones(3))]);
        File.WriteAllText(_folder.File("model.safetensors.index.json"), index);
    }

    private static string Refusal(string path)
    {
        return Assert.Throws<WeightFileException>(() => TensorSource.Open(path)).Message;
    }
}
