using System.CommandLine;
using MmiGrains.Contracts.Commands;
using MmiGrains.Silo.Commands;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo;

/// <summary>The local commands: what <c>mmi</c> does on this machine alone.</summary>
public static class CommandLine
{
    private static readonly TimeSpan TimeToCleanUp = TimeSpan.FromSeconds(30);

    // One line per command, in the order that help shows.
    private static readonly Func<Command>[] Local =
    [
        UpCommand.Create,
        KeysCommand.Create,
        DemoCommand.Create,
        IllustrateCommand.Create,
        ParityCommand.Create,
        InspectCommand.Create,
        ConvertCommand.Create,
        MergeCommand.Create,
        GenerateCommand.Create,
        MetricsCommand.Create,
        DataCommand.Create,
        ScenesCommand.Create,
        TrainCommand.Create,
        EvalCommand.Create,
        ExperimentsCommand.Create,
        ReaderErrorCommand.Create,
        PlotCommand.Create,
        BenchCommand.Create,
        ChaosCommand.Create,
        DoctorCommand.Create,
    ];

    /// <summary>Runs one command line.</summary>
    /// <param name="args">What follows <c>mmi</c>.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where problems go, one sentence each.</param>
    /// <returns>0 when done, 1 when results differ, 2 when it could not run, 3 for a mistake in the program, 130 when cancelled.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && !HelpCommand.IsAsked(parsed))
            {
                throw new CommandException(ParseProblem.Describe(parsed, CommandNames()));
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToCleanUp,
            });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("mmi: cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception problem)
        {
            error.WriteLine($"mmi: {Problem.Describe(problem)}");
            return Problem.IsExpected(problem) ? ExitCode.CouldNotRun : ExitCode.Unexpected;
        }
    }

    /// <summary>Every command's name, local and remote.</summary>
    internal static IReadOnlyList<string> CommandNames() =>
        [.. Root().Subcommands.Select(command => command.Name), .. RemoteCommands.All.Select(command => command.Name)];

    private static RootCommand Root()
    {
        var root = new RootCommand("MM-Interleaved: reads and writes text and images in one sequence.") { HelpName = "mmi" };
        foreach (var create in Local)
        {
            root.Add(create());
        }

        HelpCommand.AddTo(root);
        return root;
    }
}
