using System.CommandLine;
using MmiGrains.Client.Commands;

namespace MmiGrains.Client;

/// <summary>The remote commands: what <c>mmi</c> does with a running cluster.</summary>
internal static class ClientCommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">What follows <c>mmi</c>.</param>
    /// <param name="input">What the user says.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where problems go, one sentence each.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextReader input, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Talks to a running cluster.") { HelpName = "mmi" };
        root.Add(ChatCommand.Create(input));
        root.Add(StatusCommand.Create());
        root.Add(PromoteCommand.Create());
        root.Add(VersionCommand.Create());
        try
        {
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors is [var problem, ..])
            {
                throw new ClientException($"{problem.Message.TrimEnd('.')}; 'mmi {(args.Count > 0 ? args[0] : "")} --help' explains.");
            }

            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // what Ctrl-C does, each command says
            });
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("mmi: cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception problem)
        {
            var isExpected = problem is ClientException or IOException or HttpRequestException or UnauthorizedAccessException;
            await error.WriteLineAsync($"mmi: {(isExpected ? problem.Message : problem)}");
            return isExpected ? ExitCode.CouldNotRun : ExitCode.Unexpected;
        }
    }
}
