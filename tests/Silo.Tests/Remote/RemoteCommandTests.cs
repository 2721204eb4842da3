using System.Text.Json.Nodes;
using MmiGrains.Client;
using MmiGrains.Client.Terminal;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Tests.Http;

namespace MmiGrains.Silo.Tests.Remote;

/// <summary>The commands of the client program against a real silo.</summary>
public sealed class RemoteCommandTests(HttpSilo silo) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Chat_says_one_thing_and_ends()
    {
        var file = _folder.Write("a.png", SomePictures.Png());
        var (code, output, error) = await RunAsync("", "chat", "what do you see?", "--image", file, "--max-tokens", "8", "--seed", "3");
        Assert.Equal((0, ""), (code, error));
        Assert.NotEqual("", output.Trim());
        Assert.EndsWith("\n", output);
        Assert.Equal(output, (await RunAsync("", "chat", "what do you see?", "--image", file, "--max-tokens", "8", "--seed", "3")).Output);
    }

    [Fact]
    public async Task Chat_reads_lines_and_saves_pictures()
    {
        var (code, output, error) = await RunAsync(
            "\nwhat do you see?\n/draw a big red star.\n/image nowhere.png\n/quit\nnot said\n", "chat", "--out", _folder.Path, "--steps", "3", "--max-tokens", "6", "--max-images", "1");
        Assert.Equal(2, code); // the last thing that was asked for was refused
        Assert.Contains("'nowhere.png' cannot be read", error);
        var saved = Assert.Single(Directory.GetFiles(_folder.Path, "mmi-*.png"));
        Assert.Contains($"[picture {saved}]", output);
        Assert.Equal((64, 64), new ImageProcessor().ReadSize(await File.ReadAllBytesAsync(saved, TestContext.Current.CancellationToken)));
        Assert.DoesNotContain("not said", output);
    }

    [Fact]
    public async Task Chat_for_scripts_is_lines_of_json_and_goes_on_in_a_session()
    {
        var (_, first, _) = await RunAsync("", "chat", "hello.", "--json", "--max-tokens", "4", "--max-images", "0");
        var lines = Events(first);
        Assert.Equal(["session", "accepted"], lines.Take(2).Select(line => (string)line["event"]!));
        Assert.Equal("completed", (string)lines[^1]["event"]!);
        var session = (string)lines[0]["id"]!;
        await RunAsync("", "chat", "and now?", "--session", session, "--max-tokens", "4", "--max-images", "0");
        using var client = await silo.ConnectAsync();
        Assert.Equal(2, (await client.GetAsync($"/v1/sessions/{session}")).Body()["turns"]!.AsArray().Count);
    }

    [Fact]
    public async Task Status_shows_silos_devices_and_queues()
    {
        var (code, output, error) = await RunAsync("", "status");
        Assert.Equal((0, ""), (code, error));
        foreach (var part in new[] { "Silos", "Devices", "Queues", "frontend", "decoder", "diffusion", "encoder", "cpu", "active" })
        {
            Assert.Contains(part, output);
        }

        var told = JsonNode.Parse((await RunAsync("", "status", "--json")).Output)!;
        Assert.Equal(3, told["queues"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_cannot_be_is_one_sentence()
    {
        Assert.Equal((2, "", "mmi: --url must be like http://localhost:8080; it is 'nonsense'.\n"), await RunPlainAsync("status", "--url", "nonsense"));
        var (code, _, error) = await RunPlainAsync("status", "--url", "http://127.0.0.1:9");
        Assert.Equal(2, code);
        Assert.StartsWith("mmi: Nobody answers at http://127.0.0.1:9", error);
        (code, _, error) = await RunAsync("", "chat", "x", "--session", "s-none");
        Assert.Equal(2, code);
        Assert.Contains("s-none", error);
        (code, _, error) = await RunPlainAsync("chat", "--colour");
        Assert.Equal(2, code);
        Assert.Contains("'mmi chat --help' explains", error);
    }

    [Theory]
    [InlineData(GraphicsProtocol.Kitty, "KITTY_WINDOW_ID=1")]
    [InlineData(GraphicsProtocol.Kitty, "TERM=xterm-kitty")]
    [InlineData(GraphicsProtocol.ITerm, "TERM_PROGRAM=iTerm.app")]
    [InlineData(GraphicsProtocol.None, "TERM=xterm-256color")]
    [InlineData(GraphicsProtocol.None, "KITTY_WINDOW_ID=1 TMUX=/tmp/x")]
    [InlineData(GraphicsProtocol.ITerm, "KITTY_WINDOW_ID=1 MMI_GRAPHICS=iterm")]
    internal void A_terminal_is_known_by_its_variables(GraphicsProtocol expected, string variables)
    {
        var known = variables.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, TerminalGraphics.Detect(known.GetValueOrDefault, isTerminal: true));
        Assert.Equal(variables.Contains("MMI_GRAPHICS", StringComparison.Ordinal) ? expected : GraphicsProtocol.None, TerminalGraphics.Detect(known.GetValueOrDefault, isTerminal: false));
    }

    [Fact]
    public void Kitty_gets_a_picture_in_pieces_that_together_are_its_bytes()
    {
        var png = SomePictures.Png(300, 200);
        var shown = TerminalGraphics.Show(png, GraphicsProtocol.Kitty);
        var pieces = shown.Split("\e_G")[1..].Select(piece => piece.TrimEnd('\n')[..^2].Split(';')).ToArray();
        Assert.All(pieces, piece => Assert.InRange(piece[1].Length, 1, 4096));
        Assert.All(pieces.SkipLast(1), piece => Assert.EndsWith("m=1", piece[0]));
        Assert.EndsWith("m=0", pieces[^1][0]);
        Assert.Equal(png, Convert.FromBase64String(string.Concat(pieces.Select(piece => piece[1]))));
        Assert.Equal("", TerminalGraphics.Show(png, GraphicsProtocol.None));
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject[] Events(string output) => [.. output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];

    private async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] args)
    {
        using var client = await silo.ConnectAsync();
        return await RunPlainAsync(input, [.. args, "--url", client.Address.GetLeftPart(UriPartial.Authority)]);
    }

    private static Task<(int Code, string Output, string Error)> RunPlainAsync(params string[] args) => RunPlainAsync("", args);

    private static async Task<(int Code, string Output, string Error)> RunPlainAsync(string input, string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await ClientCommandLine.RunAsync(args, new StringReader(input), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
