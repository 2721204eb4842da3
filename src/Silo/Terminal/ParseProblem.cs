using System.CommandLine;

namespace MmiGrains.Silo.Terminal;

/// <summary>What is wrong with a command line, in one sentence.</summary>
internal static class ParseProblem
{
    public static string Describe(ParseResult parsed, IReadOnlyList<string> commands)
    {
        var command = parsed.CommandResult.Command;
        if (command is not RootCommand)
        {
            var problem = string.Join(' ', parsed.Errors[0].Message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
            return $"{problem}; '{FullName(command)} --help' explains.";
        }

        return Unknown(parsed.UnmatchedTokens.FirstOrDefault() ?? "", commands);
    }

    /// <summary>For a word that is no command.</summary>
    public static string Unknown(string typed, IReadOnlyList<string> commands)
    {
        var nearest = Spelling.Nearest(typed, commands);
        return $"'{typed}' is not a command; {(nearest is null ? "" : $"did you mean '{nearest}'? ")}'mmi help' lists them all.";
    }

    private static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : "mmi";
}
