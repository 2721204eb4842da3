using System.Text.RegularExpressions;
using MmiGrains.Contracts.Commands;

namespace MmiGrains.Silo.Tests.Commands;

public sealed partial class HelpTests
{
    [Fact]
    public void Help_lists_every_command_once_with_one_line()
    {
        var help = Mmi.Run("help").Succeeded();
        foreach (var name in CommandLine.CommandNames())
        {
            var line = Assert.Single(help.Lines, line => line.StartsWith($"  mmi {name} ", StringComparison.Ordinal));
            Assert.Matches(@"^  mmi \S+ +[A-Z].*\.$", line);
        }

        Assert.Contains("parity", CommandLine.CommandNames());
        Assert.Contains("version", CommandLine.CommandNames());
    }

    [Fact]
    public void Help_keeps_within_a_terminal()
    {
        Assert.All(Mmi.Run("help").Lines, line => Assert.InRange(line.Length, 0, 100));
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Other_ways_to_ask_get_the_same_answer(params string[] args)
    {
        Assert.Equal(Mmi.Run("help").Output, Mmi.Run(args).Succeeded().Output);
    }

    [Fact]
    public void Help_explains_one_command()
    {
        var asked = Mmi.Run("help", "convert").Succeeded();
        Assert.Equal(Mmi.Run("convert", "--help").Succeeded().Output, asked.Output);
        Assert.Contains("mmi convert <SOURCE>...", asked.Output);
        Assert.Contains("Print the version", Mmi.Run("help", "version").Succeeded().Output);
    }

    [Theory]
    [InlineData("prity", "parity")]
    [InlineData("inpsect", "inspect")]
    [InlineData("VERSION", "version")]
    public void A_misspelt_command_is_told_the_nearest_name(string typed, string meant)
    {
        Mmi.Run(typed).CouldNotRun($"'{typed}' is not a command; did you mean '{meant}'?");
        Mmi.Run("help", typed).CouldNotRun($"did you mean '{meant}'?");
    }

    [Fact]
    public void A_word_unlike_any_command_is_told_none()
    {
        var answer = Mmi.Run("xyzzy").CouldNotRun("'xyzzy' is not a command", "mmi help");
        Assert.DoesNotContain("did you mean", answer.Error);
    }

    [Fact]
    public void A_wrong_option_is_one_sentence_that_names_the_command()
    {
        Mmi.Run("parity", "--colour", "x").CouldNotRun("parity", "'mmi parity --help' explains");
        Mmi.Run("convert", "x", "--out", "y", "--config", "golden", "--dtype", "f8").CouldNotRun("'f8'", "'f32' 'f16' 'bf16'");
    }

    [Fact]
    public void An_argument_that_begins_with_an_at_sign_is_no_file_of_arguments()
    {
        Mmi.Run("parity", "@nowhere").CouldNotRun("'@nowhere' does not exist");
    }

    [Fact]
    public void The_script_starts_the_client_for_its_commands_alone()
    {
        var script = File.ReadAllText(Path.Combine(Mmi.Repository, "mmi"));
        var names = ClientCommands().Match(script).Groups[1].Value.Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(RemoteCommands.All.Select(command => command.Name).Order(), names.Order());
    }

    [GeneratedRegex(@"^ *([a-z| ]+)\) program=Client", RegexOptions.Multiline)]
    private static partial Regex ClientCommands();
}
