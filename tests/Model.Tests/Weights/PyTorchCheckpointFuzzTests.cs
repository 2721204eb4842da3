using System.IO.Compression;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Tests.Weights;

public sealed class PyTorchCheckpointFuzzTests : IDisposable
{
    private static readonly byte[] Operations =
        [.. "(.012NJKMGXUTCB)t]ae}suqrhjcRbQi"u8, 0x80, 0x95, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x85, 0x86, 0x87, 0x94, 0x93, 0x81];

    private readonly TemporaryFolder _folder = new();
    private readonly FuzzOutcomes _outcomes = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("plain.bin", 1)]
    [InlineData("nested.bin", 2)]
    public void Damage_anywhere_in_the_archive_is_survived(string name, int seed)
    {
        var random = new Random(seed);
        var whole = File.ReadAllBytes(Golden.Path("torch-checkpoint", name));
        for (var round = 0; round < 500; round++)
        {
            Try(Mutation.Damage(whole, random), $"round {round}");
        }

        AssertMixed();
    }

    [Theory]
    [InlineData("plain.bin", 3)]
    [InlineData("nested.bin", 4)]
    public void Damage_to_the_pickle_in_a_sound_archive_is_survived(string name, int seed)
    {
        var random = new Random(seed);
        var members = MembersOf(name);
        for (var round = 0; round < 500; round++)
        {
            Try(Assemble(members, pickle => Mutation.Damage(pickle, random)), $"round {round}");
        }

        AssertMixed();
    }

    [Fact]
    public void Other_operations_and_numbers_in_the_pickle_are_survived()
    {
        var random = new Random(5);
        var members = MembersOf("plain.bin");
        for (var round = 0; round < 1000; round++)
        {
            Try(Assemble(members, pickle => Edit([.. pickle], random)), $"round {round}");
        }

        AssertMixed();
    }

    [Fact]
    public void Random_runs_of_operations_are_survived()
    {
        var random = new Random(6);
        for (var round = 0; round < 500; round++)
        {
            var pickle = Enumerable.Range(0, random.Next(1, 400)).Select(_ => Operations[random.Next(Operations.Length)]).ToArray();
            Try(new ZipBuilder().Add("a/data.pkl", [0x80, 2, .. pickle, (byte)'.']).Build(), $"round {round}");
        }

        Assert.Equal(500, _outcomes.Opened + _outcomes.Refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damage_to_the_zip_directory_is_survived(bool isWide)
    {
        var random = new Random(7);
        var storage = new byte[24];
        var whole = new ZipBuilder { IsWide = isWide }.Add("a/data.pkl", PickleBuilder.OneTensor(0, [6], [1], 6)).Add("a/data/0", storage).Build();
        var directory = whole.AsSpan().IndexOf("PK\x01\x02"u8);
        for (var round = 0; round < 500; round++)
        {
            Try([.. whole[..directory], .. Mutation.Damage(whole[directory..], random)], $"round {round}");
        }

        AssertMixed();
    }

    // Overwrites a number by a number, or an operation by an operation, so that the damage reaches deep.
    private static byte[] Edit(byte[] pickle, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var places = Enumerable.Range(0, pickle.Length - 1).Where(i => random.Next(2) == 0 ? pickle[i] == 'K' : Operations.Contains(pickle[i])).ToArray();
            var at = places[random.Next(places.Length)];
            if (pickle[at] == 'K')
            {
                pickle[at + 1] = (byte)random.Next(random.Next(2) == 0 ? 256 : 16);
            }
            else
            {
                pickle[at] = Operations[random.Next(Operations.Length)];
            }
        }

        return pickle;
    }

    private static List<(string Name, byte[] Content)> MembersOf(string fixture)
    {
        using var archive = ZipFile.OpenRead(Golden.Path("torch-checkpoint", fixture));
        var members = new List<(string, byte[])>();
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            members.Add((entry.FullName, content.ToArray()));
        }

        return members;
    }

    private static byte[] Assemble(List<(string Name, byte[] Content)> members, Func<byte[], byte[]> edit)
    {
        var archive = new ZipBuilder();
        foreach (var (name, content) in members)
        {
            archive.Add(name, name.EndsWith("data.pkl", StringComparison.Ordinal) ? edit(content) : content);
        }

        return archive.Build();
    }

    private void Try(byte[] content, string what)
    {
        _outcomes.Try(_folder.File("damaged.bin"), content, PyTorchCheckpoint.Open, what);
    }

    // Damage that always or never shows would test nothing.
    private void AssertMixed()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_outcomes.Opened} opened, {_outcomes.Refused} refused; at most {_outcomes.LargestAllocation} bytes and {_outcomes.Longest.TotalMilliseconds:F1} ms");
        Assert.True(_outcomes is { Opened: > 0, Refused: > 0 }, $"{_outcomes.Opened} opened, {_outcomes.Refused} refused");
    }
}
