using MmiGrains.Model.Tests;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class ParityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ParityTests()
    {
        File.Copy(Golden.Path("config.json"), _folder.File("config.json"));
        File.CreateSymbolicLink(_folder.File("weights.safetensors"), Golden.Path("weights.safetensors"));
        Directory.CreateDirectory(_folder.File("cases"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Equal_results_are_a_line_per_case_and_exit_code_0()
    {
        AddCase("d_perceiver");
        var answer = Mmi.Run("parity", _folder.Path).Succeeded();
        Assert.Matches(@"^case +tensors +largest error +time\nd_perceiver +4 +\d\.\de-\d\d +\d+\.\d s  pass\n\n1 of 1 cases equal\n$", answer.Output);
    }

    [Fact]
    public void Different_results_say_where_and_exit_with_1()
    {
        AddCase("d_perceiver");
        AddChangedCase("d_perceiver_changed");
        var answer = Mmi.Run("parity", _folder.Path);
        Assert.Equal((1, ""), (answer.ExitCode, answer.Error));
        Assert.Contains(answer.Lines, line => line.StartsWith("d_perceiver_changed ", StringComparison.Ordinal) && line.EndsWith("FAIL", StringComparison.Ordinal));
        Assert.Contains(answer.Lines, line => line.StartsWith("    ", StringComparison.Ordinal) && line.Contains("above 1E-005", StringComparison.Ordinal));
        Assert.Equal("1 of 2 cases equal", answer.Lines[^1]);
    }

    [Fact]
    public void Many_differences_are_counted_rather_than_listed()
    {
        using (var recorded = SafetensorsFile.Open(Golden.Path("cases", "g_prepare.safetensors")))
        {
            Write("g_prepare", recorded, value => is_integral(value.dtype) ? value : value + 1);
        }

        var answer = Mmi.Run("parity", _folder.Path);
        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(6, answer.Lines.Count(line => line.StartsWith("    ", StringComparison.Ordinal)));
        Assert.Contains(answer.Lines, line => line.StartsWith("    and ", StringComparison.Ordinal) && line.EndsWith(" more", StringComparison.Ordinal));
    }

    [Fact]
    public void A_case_of_an_unknown_kind_fails_and_says_so()
    {
        AddCase("d_perceiver", "z_something");
        var answer = Mmi.Run("parity", _folder.Path);
        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("    unknown kind of case; known are a_msdeform_core, ", answer.Output);
        Assert.Matches(@"z_something +0 +- ", answer.Output);
    }

    [Fact]
    public void A_part_of_a_name_chooses_cases()
    {
        AddCase("d_perceiver");
        AddCase("d_perceiver", "z_something");
        Assert.Equal("1 of 1 cases equal", Mmi.Run("parity", _folder.Path, "--case", "PERC").Succeeded().Lines[^1]);
        Mmi.Run("parity", _folder.Path, "--case", "vision").CouldNotRun("'vision'", "d_perceiver, z_something");
    }

    [Fact]
    public void What_cannot_run_is_one_sentence_and_exit_code_2()
    {
        Mmi.Run("parity").CouldNotRun("'DIR'");
        Mmi.Run("parity", _folder.File("nowhere")).CouldNotRun("nowhere", "does not exist");
        Mmi.Run("parity", _folder.Path).CouldNotRun(_folder.File("cases"), "no cases");
        Directory.Delete(_folder.File("cases"));
        Mmi.Run("parity", _folder.Path).CouldNotRun(_folder.Path, "'cases'");
    }

    [Fact]
    public void Weights_or_a_configuration_that_do_not_load_are_no_difference()
    {
        AddCase("d_perceiver");
        File.WriteAllText(_folder.File("config.json"), "{ \"llm\": { \"hidden_size\": 95 } }");
        Mmi.Run("parity", _folder.Path).CouldNotRun("config.json", "hidden_size");
        File.WriteAllText(_folder.File("config.json"), "{}]");
        Mmi.Run("parity", _folder.Path).CouldNotRun("config.json");

        File.Copy(Golden.Path("config.json"), _folder.File("config.json"), overwrite: true);
        File.Delete(_folder.File("weights.safetensors"));
        Mmi.Run("parity", _folder.Path).CouldNotRun(_folder.Path, "weights.safetensors");
        _folder.Write("weights.safetensors", [1, 2, 3]);
        Mmi.Run("parity", _folder.Path).CouldNotRun("weights.safetensors", "3 bytes long");
    }

    [Fact]
    public void A_damaged_case_fails_alone()
    {
        AddCase("d_perceiver");
        File.WriteAllBytes(_folder.File("cases/c_vision.safetensors"), new byte[100]);
        var answer = Mmi.Run("parity", _folder.Path);
        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("c_vision.safetensors'", answer.Output);
        Assert.Equal("1 of 2 cases equal", answer.Lines[^1]);
    }

    private void AddCase(string name, string? newName = null) =>
        File.Copy(Golden.Path("cases", name + ".safetensors"), _folder.File($"cases/{newName ?? name}.safetensors"));

    private void AddChangedCase(string name)
    {
        using var recorded = SafetensorsFile.Open(Golden.Path("cases", "d_perceiver.safetensors"));
        Write(name, recorded, value => value * 1.001);
    }

    private void Write(string name, ITensorSource recorded, Func<Tensor, Tensor> change) =>
        SafetensorsFile.Write(
            _folder.File($"cases/{name}.safetensors"),
            recorded.Entries.Select(entry => (entry.Name, is_integral(entry.Type) ? recorded.Read(entry.Name) : change(recorded.Read(entry.Name)))),
            recorded.Metadata);
}
