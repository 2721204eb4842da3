using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Model.Tests.Interleaved;

public sealed class ConfigPresetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. ConfigPresets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_preset_obeys_the_rules_and_survives_its_file(string name)
    {
        var preset = ConfigPresets.Get(name);
        ConfigRules.Check(preset, name);
        var read = ConfigFile.Read(Write(preset, "config.json"));
        Assert.Equal(File.ReadAllText(_folder.File("config.json")), File.ReadAllText(Write(read, "again.json")));
        Assert.Equal(["again.json", "config.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_golden_preset_is_the_recorded_configuration()
    {
        var recorded = ConfigFile.Read(Golden.Path("config.json"));
        Assert.Equal(File.ReadAllText(Write(ConfigPresets.Get("golden"), "preset.json")), File.ReadAllText(Write(recorded, "recorded.json")));
    }

    [Fact]
    public void An_empty_object_is_the_release()
    {
        var path = _folder.Write("empty.json", "{}"u8.ToArray());
        Assert.Equal(File.ReadAllText(Write(new MmInterleavedConfig(), "release.json")), File.ReadAllText(Write(ConfigFile.Read(path), "read.json")));
    }

    [Fact]
    public void An_unknown_name_is_named_with_those_there_are()
    {
        var e = Assert.Throws<ConfigException>(() => ConfigPresets.Get("huge"));
        Assert.Equal("There is no configuration 'huge'; there are mini, small, golden, release-7b, release.", e.Message);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(MmInterleavedConfig config, string name)
    {
        ConfigFile.Write(_folder.File(name), config);
        return _folder.File(name);
    }
}
