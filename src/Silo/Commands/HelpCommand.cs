using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MmiGrains.Contracts.Commands;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi help [COMMAND]</c>: all commands as one table, or one of them in full.</summary>
internal static class HelpCommand
{
    private const string Name = "help";

    /// <summary>Adds the command, and lets a bare <c>mmi</c> and <c>mmi --help</c> show the same table.</summary>
    public static void AddTo(RootCommand root)
    {
        var about = new Argument<string?>("COMMAND") { Description = "Explain this one.", Arity = ArgumentArity.ZeroOrOne };
        var help = new Command(Name, "List the commands, or explain one.") { about };
        help.SetAction(parsed => parsed.GetValue(about) is { } name ? Explain(root, name, parsed) : List(root, parsed));
        root.Add(help);
        root.SetAction(parsed => List(root, parsed));

        var option = root.Options.OfType<HelpOption>().Single();
        option.Description = "Explain this command.";
        option.Action = new HelpOfRoot(root, (HelpAction)option.Action!);
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
    }

    public static bool IsAsked(ParseResult parsed) => parsed.Action is HelpOfRoot;

    private static int List(RootCommand root, ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var remote = RemoteCommands.All.Select(command => (command.Name, Summary: command.Summary)).ToList();
        var local = root.Subcommands.Select(command => (command.Name, Summary: command.Description ?? "")).ToList();
        var width = local.Concat(remote).Max(command => command.Name.Length);
        output.WriteLine(root.Description);
        foreach (var (title, commands) in new[] { ("On this machine:", local), ("With a running cluster:", remote) })
        {
            output.WriteLine();
            output.WriteLine(title);
            foreach (var (name, summary) in commands)
            {
                output.WriteLine($"  mmi {name.PadRight(width)}  {summary}");
            }
        }

        output.WriteLine();
        output.WriteLine("'mmi COMMAND --help' explains one. Exit codes: 0 done, 1 results differ, 2 could not run.");
        return ExitCode.Done;
    }

    private static int Explain(RootCommand root, string name, ParseResult parsed)
    {
        if (RemoteCommands.All.FirstOrDefault(command => command.Name == name) is { } remote)
        {
            parsed.InvocationConfiguration.Output.WriteLine($"mmi {remote.Name}: {remote.Summary}");
            return ExitCode.Done;
        }

        return root.Subcommands.Any(command => command.Name == name)
            ? root.Parse([name, "--help"]).Invoke(parsed.InvocationConfiguration)
            : throw new CommandException(ParseProblem.Unknown(name, CommandLine.CommandNames()));
    }

    // The library's own help is good for one command; the list of all is ours.
    private sealed class HelpOfRoot(RootCommand root, HelpAction ofCommand) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? List(root, parsed) : ofCommand.Invoke(parsed);
    }
}
