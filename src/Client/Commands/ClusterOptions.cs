using System.CommandLine;
using MmiGrains.Client.Http;

namespace MmiGrains.Client.Commands;

/// <summary>Where the cluster is, and with what key: what every remote command is told.</summary>
internal static class ClusterOptions
{
    private static readonly Option<string> Url = new("--url")
    {
        Description = "Where a frontend answers; else the variable MMI_URL.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MMI_URL") is { Length: > 0 } url ? url : "http://localhost:8080",
    };

    private static readonly Option<string?> Key = new("--key") { Description = "An API key; else the variable MMI_API_KEY." };

    /// <summary>Lets a command be told.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Url);
        command.Add(Key);
    }

    /// <summary>A client of the cluster that was named.</summary>
    /// <exception cref="ClientException">It cannot be an address.</exception>
    public static MmiClient Connect(ParseResult parsed)
    {
        var text = parsed.GetValue(Url)!;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new MmiClient(address, parsed.GetValue(Key) ?? (Environment.GetEnvironmentVariable("MMI_API_KEY") is { Length: > 0 } key ? key : null))
            : throw new ClientException($"--url must be like http://localhost:8080; it is '{text}'.");
    }
}
