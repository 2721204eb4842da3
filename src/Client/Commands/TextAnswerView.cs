using System.Globalization;
using MmiGrains.Client.Http;
using MmiGrains.Client.Terminal;

namespace MmiGrains.Client.Commands;

/// <summary>Answers for people: text as it comes; pictures in their places where the terminal shows them, and always as files that are named.</summary>
/// <param name="output">Where to.</param>
/// <param name="client">Has the pictures.</param>
/// <param name="folder">Where they are saved.</param>
/// <param name="graphics">What the terminal shows.</param>
internal sealed class TextAnswerView(TextWriter output, MmiClient client, string folder, GraphicsProtocol graphics) : IAnswerView
{
    private const int NameLength = 12;

    private bool _isInLine;

    /// <inheritdoc/>
    public void Begin(string session)
    {
    }

    /// <inheritdoc/>
    public async Task ShowAsync(ServerEvent news, CancellationToken cancellation)
    {
        switch (news.Name)
        {
            case "text" when (string?)news.Data["text"] is { Length: > 0 } text:
                await output.WriteAsync(text);
                _isInLine = !text.EndsWith('\n');
                break;
            case "image_completed":
                await PictureAsync((string)news.Data["image_id"]!, cancellation);
                break;
            case "completed" or "cancelled" or "failed":
                EndLine();
                break;
        }

        await output.FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Stop() => EndLine();

    private async Task PictureAsync(string id, CancellationToken cancellation)
    {
        EndLine();
        var png = await client.ImageAsync(id, cancellation);
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, string.Create(CultureInfo.InvariantCulture, $"mmi-{id[..NameLength]}.png"));
        await File.WriteAllBytesAsync(path, png, cancellation);
        await output.WriteAsync(TerminalGraphics.Show(png, graphics));
        await output.WriteLineAsync($"[picture {path}]");
    }

    private void EndLine()
    {
        if (_isInLine)
        {
            output.WriteLine();
            _isInLine = false;
        }
    }
}
