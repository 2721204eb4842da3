using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>Checkpoints that PyTorch has written, or might have, are read.</summary>
public sealed class PyTorchCheckpointTests : IDisposable
{
    private static readonly byte[] SixFloats = new byte[24];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain.bin")]
    [InlineData("nested.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    public void A_checkpoint_of_PyTorch_reads_as_the_expected_tensors(string name)
    {
        using var expected = SafetensorsFile.Open(Golden.Path("torch-checkpoint", "expected.safetensors"));
        using var actual = TensorSource.Open(Golden.Path("torch-checkpoint", name));

        Assert.Equal(expected.Entries.Select(entry => entry.Name), actual.Entries.Select(entry => entry.Name));
        foreach (var entry in expected.Entries)
        {
            TensorAssert.Same(expected.Read(entry.Name), actual.Read(entry.Name), entry.Name);
            Assert.Equal(entry.ByteCount, actual.Entries.Single(other => other.Name == entry.Name).ByteCount);
        }
    }

    [Fact]
    public void Tied_tensors_share_their_bytes_in_the_file_and_not_in_memory()
    {
        using var file = PyTorchCheckpoint.Open(Golden.Path("torch-checkpoint", "plain.bin"));

        var (first, second) = (file.Read("a.weight"), file.Read("tied"));
        first.zero_();

        Assert.Equal(file.Entries.Single(entry => entry.Name == "a.weight").Offset, file.Entries.Single(entry => entry.Name == "tied").Offset);
        Assert.NotEqual(0f, second.abs().sum().item<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Views_read_as_contiguous_tensors_from_classic_and_zip64_archives(bool isWide)
    {
        var storage = Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray();
        var pickle = new PickleBuilder().Operation('}', '(')
            .Text("transposed").Tensor(0, [4, 3], [1, 4], 12)
            .Text("every second").Tensor(1, [2, 2], [6, 2], 12)
            .Text("repeated").Tensor(5, [2, 3], [0, 1], 12)
            .Text("scalar").Tensor(11, [], [], 12)
            .Text("empty").Tensor(99, [0, 7], [7, 1], 12)
            .Text("odd stride of one").Tensor(2, [1, 3], [1000, 1], 12)
            .Text("count").Number(3)
            .Operation('u').Stop();
        var path = _folder.Write("a.bin", ZipBuilder.Checkpoint(pickle, storage, isWide));

        using var file = PyTorchCheckpoint.Open(path);

        Assert.Equal(6, file.Entries.Count);
        var whole = arange(12, dtype: ScalarType.Float32);
        TensorAssert.Same(whole.reshape(3, 4).t(), file.Read("transposed"), "transposed");
        TensorAssert.Same(tensor([1f, 3f, 7f, 9f]).reshape(2, 2), file.Read("every second"), "every second");
        TensorAssert.Same(tensor([5f, 6f, 7f, 5f, 6f, 7f]).reshape(2, 3), file.Read("repeated"), "repeated");
        TensorAssert.Same(tensor(11f), file.Read("scalar"), "scalar");
        TensorAssert.Same(zeros(0, 7), file.Read("empty"), "empty");
        TensorAssert.Same(tensor([2f, 3f, 4f]).reshape(1, 3), file.Read("odd stride of one"), "odd stride of one");
    }

    [Theory]
    [InlineData("module")]
    [InlineData("state_dict")]
    [InlineData("model")]
    public void A_state_dictionary_may_lie_under_its_usual_names_beside_other_tensors(string key)
    {
        var pickle = new PickleBuilder().Operation('}', '(')
            .Text("rng_state").Tensor(0, [6], [1], 6)
            .Text(key).Operation('}').Text("a").Tensor(0, [2], [1], 6).Operation('s')
            .Operation('u').Stop();

        using var file = PyTorchCheckpoint.Open(_folder.Write("a.bin", ZipBuilder.Checkpoint(pickle, SixFloats)));

        Assert.Equal("a", Assert.Single(file.Entries).Name);
    }

    [Fact]
    public void The_attributes_of_an_ordered_dictionary_are_passed_over()
    {
        var pickle = new PickleBuilder().Global("collections", "OrderedDict").Operation(')', 'R')
            .Text("a").Tensor(0, [6], [1], 6).Operation('s')
            .Operation('}').Text("_metadata").Global("collections", "OrderedDict").Operation(')', 'R', 's', 'b').Stop();

        using var file = PyTorchCheckpoint.Open(_folder.Write("a.bin", ZipBuilder.Checkpoint(pickle, SixFloats)));

        Assert.Equal("a", Assert.Single(file.Entries).Name);
    }

    [Fact]
    public void A_checkpoint_of_twenty_thousand_tensors_fits_the_allowance()
    {
        var pickle = new PickleBuilder().Operation('}', '(');
        for (var i = 0; i < 20_000; i++)
        {
            pickle.Text($"model.decoder.layers.{i}.self_attn.query_key_value.weight").Operation('\x94').Tensor(0, [2, 3], [3, 1], 6).Operation('\x94');
        }

        using var file = PyTorchCheckpoint.Open(_folder.Write("a.bin", ZipBuilder.Checkpoint(pickle.Operation('u').Stop(), SixFloats)));

        Assert.Equal(20_000, file.Entries.Count);
    }
}
