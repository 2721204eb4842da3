using System.Text;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>Checkpoints that are hostile, damaged or of a kind that is not read are refused in a sentence.</summary>
public sealed class RefusedCheckpointTests : IDisposable
{
    private static readonly byte[] SixFloats = new byte[24];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hostile.bin", "'posix.system'")]
    [InlineData("hostile.pkl", "'builtins.eval'")]
    public void A_hostile_pickle_is_refused_by_the_global_it_asks_for(string name, string global)
    {
        var refusal = Assert.Throws<WeightFileException>(() => TensorSource.Open(Golden.Path("torch-checkpoint", name)));

        Assert.Contains($"asks for the Python global {global}", refusal.Message);
        Assert.False(File.Exists("pwned.txt"));
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("torch._utils", "_rebuild_tensor_v3")]
    [InlineData("torch.FloatStorage", "__init__")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    [InlineData("torch", "load")]
    public void Every_other_global_is_refused_by_name_in_each_way_of_naming_it(string module, string name)
    {
        var byLine = new PickleBuilder().Global(module, name).Stop();
        var byStack = new PickleBuilder().Text(module).Text(name).Operation('\x93').Stop();
        byte[] byInstance = [0x80, 2, .. Encoding.UTF8.GetBytes($"(i{module}\n{name}\n.")];

        Assert.All([byLine, byStack, byInstance], pickle => Assert.Contains($"'{module}.{name}'", Refusal(pickle)));
    }

    [Fact]
    public void The_legacy_format_is_refused_by_name()
    {
        var refusal = Assert.Throws<WeightFileException>(() => TensorSource.Open(Golden.Path("torch-checkpoint", "legacy.bin")));

        Assert.Contains("is in the legacy format of torch.save from before PyTorch 1.6", refusal.Message);
    }

    [Theory]
    [InlineData(1, new long[] { 6 }, new long[] { 1 }, "reaches element 6 with the storage offset 1 and the strides [1], beyond the 6 of its storage")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 5, 1 }, "reaches element 6")]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue }, "reaches element 9223372036854775807")]
    [InlineData(4, new long[] { 3 }, new long[] { long.MaxValue }, "reaches element 18446744073709551618")]
    [InlineData(0, new long[] { 1_000_000_000_000 }, new long[] { 0 }, "has 1000000000000 elements in its shape [1000000000000], more than the 6 of its storage")]
    [InlineData(0, new long[] { 7 }, new long[] { 0 }, "has 7 elements in its shape [7], more than the 6 of its storage")]
    [InlineData(0, new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, "has the shape [4294967296, 4294967296], whose size overflows")]
    [InlineData(0, new long[] { 0, 1L << 32, 1L << 32 }, new long[] { 0, 0, 0 }, "whose size overflows")]
    [InlineData(-1, new long[] { 2 }, new long[] { 1 }, "has the storage offset -1")]
    [InlineData(5, new long[] { 2 }, new long[] { -1 }, "the strides [-1], which do not describe a tensor")]
    [InlineData(0, new long[] { -2 }, new long[] { 1 }, "has the shape [-2], whose size overflows")]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 1 }, "which do not describe a tensor")]
    public void A_view_that_does_not_fit_its_storage_is_refused(long offset, long[] shape, long[] strides, string expected)
    {
        var refusal = Refusal(PickleBuilder.OneTensor(offset, shape, strides, 6));

        Assert.Contains("holds the tensor 'a', which ", refusal);
        Assert.Contains(expected, refusal);
    }

    [Theory]
    [InlineData(7, "has 24 bytes in the storage '0', but its pickle promises 7 elements of Float32")]
    [InlineData(1L << 62, "but its pickle promises 4611686018427387904 elements")]
    public void A_storage_of_another_size_than_promised_is_refused(long elements, string expected)
    {
        Assert.Contains(expected, Refusal(PickleBuilder.OneTensor(0, [6], [1], elements)));
    }

    [Fact]
    public void A_storage_that_the_archive_lacks_is_refused()
    {
        var pickle = new PickleBuilder().Operation('}').Text("a").Tensor(0, [6], [1], 6, key: "../../etc/passwd").Operation('s').Stop();

        Assert.Contains("lacks the storage '../../etc/passwd' that its pickle mentions", Refusal(pickle));
    }

    public static TheoryData<byte[], string> MalformedPickles => new()
    {
        { [], "asks for 1 bytes where 0 are left" },
        { [0x80, 9, (byte)'.'], "has protocol 9, above the limit of 5" },
        { [0x80, 2], "asks for 1 bytes where 0 are left" },
        { [0x80, 2, (byte)'.'], "takes a value where there is none" },
        { [0x80, 2, (byte)'}', (byte)'}', (byte)'.'], "leaves 1 values and 0 bytes behind its end" },
        { [0x80, 2, (byte)'}', (byte)'.', 0], "leaves 0 values and 1 bytes behind its end" },
        { [0x80, 2, 0x81], "has the operation 0x81, which no description of tensors needs, at byte 2 of 3" },
        { [0x80, 2, (byte)'X', 255, 255, 255, 127], "asks for 2147483647 bytes where 0 are left" },
        { [0x80, 2, 0x8d, 255, 255, 255, 255, 255, 255, 255, 255], "asks for -1 bytes where 0 are left" },
        { [0x80, 2, 0x8b, 255, 255, 255, 255], "asks for -1 bytes where 0 are left" },
        { [0x80, 2, (byte)'c', (byte)'o', (byte)'s'], "bytes where 2 are left" },
        { [0x80, 2, (byte)'X', 1, 0, 0, 0, 0xff], "has a text that is not valid UTF-8" },
        { [0x80, 2, (byte)'h', 3], "recalls value 3, which it never kept" },
        { [0x80, 2, (byte)'}', (byte)'r', 255, 255, 255, 255], "takes more memory than the limit" },
        { [0x80, 2, (byte)'t'], "closes a group that it did not open" },
        { [0x80, 2, (byte)'}', (byte)'(', (byte)'a'], "takes a value where there is none" },
        { [0x80, 2, (byte)'N', (byte)'N', (byte)'a'], "appends to something that is not a list" },
        { [0x80, 2, (byte)'}', (byte)'(', (byte)'N', (byte)'u'], "has a key without a value" },
        { [0x80, 2, (byte)'N', (byte)'N', (byte)'b'], "sets items or attributes of something that is not a dictionary" },
        { [0x80, 2, (byte)'N', (byte)')', (byte)'R'], "calls something that is not a function" },
        { [0x80, 2, (byte)'N', (byte)'Q'], "mentions an outside object that is not a storage" },
        { new PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Operation(')', 'R').Stop(), "calls torch._utils._rebuild_tensor_v2 with 0 arguments" },
        { new PickleBuilder().Operation('}').Stop(), "holds no dictionary of tensors, neither at its top nor under module, state_dict, model" },
        { new PickleBuilder().Operation(']').Stop(), "holds a list, where a dictionary of tensors belongs" },
        { new PickleBuilder().Operation('}').Number(7).Tensor(0, [6], [1], 6).Operation('s').Stop(), "holds a tensor under the number 7, where a name belongs" },
        { new PickleBuilder().Operation('}').Text("").Tensor(0, [6], [1], 6).Operation('s').Stop(), "holds a tensor under an empty text" },
        { new PickleBuilder().Operation('}').Text("a").Tensor(0, [6], [1], 6).Operation('s').Text("a").Tensor(0, [6], [1], 6).Operation('s').Stop(), "has the tensor 'a' twice" },
    };

    [Theory]
    [MemberData(nameof(MalformedPickles))]
    public void A_malformed_pickle_is_refused_in_one_sentence(byte[] pickle, string expected)
    {
        var refusal = Refusal(pickle);

        Assert.Contains(expected, refusal);
        Assert.StartsWith($"'{_folder.File("a.bin")}' ", refusal);
        Assert.EndsWith(".", refusal);
    }

    [Theory]
    [InlineData("}", "stacks more values than the limit of 100000")]
    [InlineData("N", "stacks more values")]
    [InlineData("(", "stacks more values")]
    [InlineData("}0", "takes more memory than the limit")]
    [InlineData("(t0", "takes more memory than the limit")]
    [InlineData("}\u00940", "takes more memory than the limit")]
    [InlineData("N\u0085q\00", "takes more memory than the limit")]
    public void A_pickle_that_repeats_without_end_is_refused_before_it_fills_memory(string loop, string expected)
    {
        var pickle = Encoding.Latin1.GetBytes(new StringBuilder().Insert(0, loop, 12_000_000 / loop.Length).ToString());
        var path = _folder.Write("a.bin", ZipBuilder.Checkpoint([0x80, 2, .. pickle], SixFloats));
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var refusal = Assert.Throws<WeightFileException>(() => PyTorchCheckpoint.Open(path));

        Assert.Contains(expected, refusal.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, pickle.Length + (64 << 20));
    }

    [Fact]
    public void A_byte_order_other_than_little_is_refused()
    {
        var pickle = PickleBuilder.OneTensor(0, [6], [1], 6);
        var big = new ZipBuilder().Add("a/data.pkl", pickle).Add("a/byteorder", "big"u8).Add("a/data/0", SixFloats).Build();
        var little = new ZipBuilder().Add("a/data.pkl", pickle).Add("a/byteorder", "little"u8).Add("a/data/0", SixFloats).Build();

        Assert.Contains("has the byte order 'big', and only 'little' is read here", ArchiveRefusal(big));
        using var file = PyTorchCheckpoint.Open(_folder.Write("little.bin", little));
        Assert.True(file.Contains("a"));
    }

    [Theory]
    [InlineData("a/data.pkl", 8, 0, "packs its member 'a/data.pkl' by zip method 8, and only method 0")]
    [InlineData("a/data/0", 8, 0, "packs its member 'a/data/0' by zip method 8")]
    [InlineData("a/data/0", 0, 1, "encrypts its member 'a/data/0'")]
    public void A_packed_or_encrypted_member_is_refused_by_name(string member, ushort method, ushort flags, string expected)
    {
        var archive = new ZipBuilder();
        foreach (var (name, content) in new[] { ("a/data.pkl", PickleBuilder.OneTensor(0, [6], [1], 6)), ("a/data/0", SixFloats) })
        {
            archive.Add(name, content, name == member ? method : (ushort)0, name == member ? flags : (ushort)0);
        }

        Assert.Contains(expected, ArchiveRefusal(archive.Build()));
    }

    [Fact]
    public void An_archive_without_one_pickle_or_with_a_member_twice_is_refused()
    {
        var pickle = PickleBuilder.OneTensor(0, [6], [1], 6);

        Assert.Contains("with 0 members named data.pkl", ArchiveRefusal(new ZipBuilder().Add("a/x", SixFloats).Build()));
        Assert.Contains("with 2 members named data.pkl", ArchiveRefusal(new ZipBuilder().Add("a/data.pkl", pickle).Add("b/data.pkl", pickle).Build()));
        Assert.Contains("has the member 'a/data.pkl' twice", ArchiveRefusal(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/data.pkl", pickle).Build()));
    }

    [Fact]
    public void A_truncated_archive_is_refused_at_every_length()
    {
        var whole = File.ReadAllBytes(Golden.Path("torch-checkpoint", "plain.bin"));

        for (var length = 0; length < whole.Length; length += 7)
        {
            ArchiveRefusal(whole[..length]);
        }
    }

    [Fact]
    public void A_bare_pickle_of_nothing_but_tensors_is_refused()
    {
        Assert.Contains("is a bare pickle", ArchiveRefusal(PickleBuilder.OneTensor(0, [6], [1], 6)));
    }

    private string Refusal(byte[] pickle) => ArchiveRefusal(ZipBuilder.Checkpoint(pickle, SixFloats));

    private string ArchiveRefusal(byte[] archive) =>
        Assert.Throws<WeightFileException>(() => PyTorchCheckpoint.Open(_folder.Write("a.bin", archive))).Message;
}
