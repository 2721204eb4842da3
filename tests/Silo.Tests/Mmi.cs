using MmiGrains.Model.Tests;
using Xunit.Sdk;
using Xunit.v3;

// The outline of a configuration is made on the meta device, which is then the default of the whole process.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace MmiGrains.Silo.Tests;

/// <summary>Runs a command in this process.</summary>
internal sealed record Mmi(int ExitCode, string Output, string Error)
{
    /// <summary>The folder of the solution.</summary>
    public static string Repository => Path.GetFullPath(Golden.Path("..", ".."));

    public static Mmi Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = CommandLine.Run(args, output, error);
        return new Mmi(exitCode, output.ToString(), error.ToString());
    }

    public IReadOnlyList<string> Lines => Output.TrimEnd('\n').Split('\n');

    /// <summary>It ran without a complaint.</summary>
    public Mmi Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return this;
    }

    /// <summary>It could not run, and says why in one line that holds every part.</summary>
    public Mmi CouldNotRun(params string[] parts)
    {
        Assert.Equal(2, ExitCode);
        Assert.StartsWith("mmi: ", Error);
        Assert.Equal(Error.Length - 1, Error.IndexOf('\n'));
        Assert.All(parts, part => Assert.Contains(part, Error));
        return this;
    }
}
