using System.CommandLine;
using MmiGrains.Client.Commands;

var root = new RootCommand("Talks to a running cluster.") { HelpName = "mmi" };
root.Add(VersionCommand.Create());

var parsed = root.Parse(args);
if (parsed.Errors is [var problem, ..])
{
    Console.Error.WriteLine($"mmi: {problem.Message.TrimEnd('.')}; 'mmi help' lists the commands.");
    return 2;
}

return parsed.Invoke();
