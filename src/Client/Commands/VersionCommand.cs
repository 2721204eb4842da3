using System.CommandLine;
using MmiGrains.Contracts.Commands;

namespace MmiGrains.Client.Commands;

/// <summary><c>mmi version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command(RemoteCommands.Version.Name, RemoteCommands.Version.Summary);
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine($"mmi {typeof(VersionCommand).Assembly.GetName().Version?.ToString(3)}"));
        return command;
    }
}
