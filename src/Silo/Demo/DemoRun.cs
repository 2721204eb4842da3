using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Demo;

/// <summary>One conversation with a silo, its pictures and its transcript saved to a folder.</summary>
/// <param name="client">The silo.</param>
/// <param name="folder">Where files go.</param>
/// <param name="side">Side of the picture that is shown, in pixels.</param>
internal sealed class DemoRun(DemoClient client, string folder, int side)
{
    /// <summary>The transcript's file.</summary>
    public const string TranscriptName = "transcript.html";

    private int _pictures;

    /// <summary>The conversation; empty before it has begun.</summary>
    public string Session { get; private set; } = "";

    /// <summary>Says every step, one after the other.</summary>
    public async IAsyncEnumerable<DemoTurn> TalkAsync(IEnumerable<DemoStep> steps, long seed, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        Session = await client.CreateAsync(cancellation);
        foreach (var step in steps)
        {
            yield return await SayAsync(step, seed, cancellation);
        }

        await SaveAsync(TranscriptName, await client.ReadAsync($"/v1/sessions/{Session}/export?format=html", cancellation), cancellation);
    }

    private async Task<DemoTurn> SayAsync(DemoStep step, long seed, CancellationToken cancellation)
    {
        var (content, given) = (new JsonArray(), default(string));
        if (step.Picture is { } picture)
        {
            var png = ImageProcessor.EncodePng(picture.Load(side));
            given = await SaveAsync(NextName(), png, cancellation);
            content.Add(new JsonObject { ["type"] = "image", ["image_id"] = await client.UploadAsync(png, cancellation) });
        }

        content.Add(new JsonObject { ["type"] = "text", ["text"] = step.Text });
        var settings = new JsonObject { ["max_images"] = Math.Max(step.MaxImages, step.ImageFirst ? 1 : 0), ["image_first"] = step.ImageFirst, ["max_tokens"] = 64, ["seed"] = seed, ["preview_every"] = 0 };
        var (text, shown, files, state, since, first) = (new StringBuilder(), new StringBuilder(), new List<string>(), "broken", Stopwatch.GetTimestamp(), TimeSpan.Zero);
        await foreach (var (name, data) in client.SayAsync(Session, new JsonObject { ["content"] = content, ["settings"] = settings }, cancellation))
        {
            first = first == TimeSpan.Zero && name is "text" or "image_started" ? Stopwatch.GetElapsedTime(since) : first;
            switch (name)
            {
                case "text":
                    text.Append((string)data["text"]!);
                    shown.Append((string)data["text"]!);
                    break;
                case "image_completed":
                    files.Add(await SaveAsync(NextName(), await client.ReadAsync((string)data["url"]!, cancellation), cancellation));
                    text.Append(' ');
                    shown.Append($" [{files[^1]}] ");
                    break;
                case "completed" or "cancelled" or "failed":
                    state = name;
                    break;
            }
        }

        return new DemoTurn(step, text.ToString().Trim(), shown.ToString().Trim(), files, given, state, first, Stopwatch.GetElapsedTime(since));
    }

    private string NextName() => $"picture-{++_pictures}.png";

    private async Task<string> SaveAsync(string name, byte[] bytes, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        return path;
    }
}
