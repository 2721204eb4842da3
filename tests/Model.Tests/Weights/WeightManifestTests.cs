using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Tests.Weights;

public sealed class WeightManifestTests : IDisposable
{
    private const string HashOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TemporaryFolder _folder = new();

    public WeightManifestTests()
    {
        _folder.Write("a.bin", [.. "abc"u8]);
        Directory.CreateDirectory(_folder.File("tokenizer"));
        _folder.Write("tokenizer/b.bin", []);
        _folder.Write(".hidden", [1]);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_manifest_lists_every_file_with_its_size_and_hash_and_verifies()
    {
        WeightManifest.Write(_folder.Path);

        WeightManifest.Verify(_folder.Path);
        Assert.Equal(
            [new ManifestFile("a.bin", 3, HashOfAbc), new ManifestFile("tokenizer/b.bin", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")],
            WeightManifest.Read(_folder.Path).Files);
        Assert.StartsWith("""{"files":[{"name":"a.bin","bytes":3,"sha256":"ba78""", File.ReadAllText(_folder.File("manifest.json")).Replace("\n", "").Replace(" ", ""));
    }

    [Fact]
    public void Writing_again_gives_the_same_bytes()
    {
        WeightManifest.Write(_folder.Path);
        var first = File.ReadAllBytes(_folder.File("manifest.json"));
        WeightManifest.Write(_folder.Path);

        Assert.Equal(first, File.ReadAllBytes(_folder.File("manifest.json")));
    }

    [Fact]
    public void Every_difference_is_named_with_both_values()
    {
        WeightManifest.Write(_folder.Path);

        _folder.Write("a.bin", [.. "abd"u8]);
        Assert.Contains($"a.bin' has the SHA-256 a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9, but manifest.json says {HashOfAbc}.", Refusal());
        _folder.Write("a.bin", [.. "abcd"u8]);
        Assert.Contains("a.bin' has 4 bytes, but manifest.json says 3.", Refusal());
        File.Delete(_folder.File("a.bin"));
        Assert.Contains("a.bin' is missing, but manifest.json lists it.", Refusal());
        _folder.Write("a.bin", [.. "abc"u8]);
        _folder.Write("c.bin", []);
        Assert.Contains("c.bin' is not listed in manifest.json.", Refusal());
    }

    [Theory]
    [InlineData("", "is not a manifest of the form")]
    [InlineData("{}", "is not a manifest of the form")]
    [InlineData("""{"files":null}""", "is not a manifest of the form")]
    [InlineData("""{"files":[{"name":"a.bin","bytes":3}]}""", "is not a manifest of the form")]
    [InlineData("""{"files":[{"name":"a.bin","bytes":3,"sha256":"x","sha256":"y"}]}""", "is not a manifest of the form")]
    [InlineData("""{"files":[],"extra":1}""", "is not a manifest of the form")]
    [InlineData("""{"files":[null]}""", "lists the file '', which is not a path below its folder")]
    [InlineData("""{"files":[{"name":"../a","bytes":3,"sha256":"x"}]}""", "lists the file '../a', which is not a path below its folder")]
    [InlineData("""{"files":[{"name":"/etc/passwd","bytes":3,"sha256":"x"}]}""", "which is not a path below its folder")]
    [InlineData("""{"files":[{"name":"a.bin","bytes":-3,"sha256":"x"}]}""", "gives 'a.bin' -3 bytes and the SHA-256 'x'")]
    [InlineData($$"""{"files":[{"name":"a.bin","bytes":3,"sha256":"{{HashOfAbc}}"},{"name":"a.bin","bytes":3,"sha256":"{{HashOfAbc}}"}]}""", "lists the file 'a.bin' twice")]
    public void A_malformed_manifest_is_refused_in_one_sentence(string manifest, string expected)
    {
        File.WriteAllText(_folder.File("manifest.json"), manifest);

        Assert.Contains(expected, Refusal());
    }

    [Fact]
    public void A_folder_without_a_manifest_is_refused()
    {
        Assert.Contains("manifest.json' does not exist", Refusal());
        Assert.Contains("is not a folder", Assert.Throws<WeightFileException>(() => WeightManifest.Write(_folder.File("none"))).Message);
    }

    private string Refusal()
    {
        return Assert.Throws<WeightFileException>(() => WeightManifest.Verify(_folder.Path)).Message;
    }
}
