using Spectre.Console;

namespace MmiGrains.Client.Terminal;

/// <summary>Consoles on a writer: with colours where somebody looks, plain and wide enough for a table where not.</summary>
internal static class Consoles
{
    private const int PlainWidth = 140;

    /// <summary>A console.</summary>
    public static IAnsiConsole On(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
