using System.Globalization;
using System.Net;
using System.Text;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Silo.Http.Images;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>A conversation as one HTML file that needs nothing else: pictures are in it, and no script.</summary>
internal static class TranscriptPage
{
    /// <summary>What the page may load: nothing but itself.</summary>
    public const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private const int LargestEmbedded = 2 << 20; // a photograph is embedded smaller
    private const int SmallerSide = 1024;

    private const string Style = """
        :root { color-scheme: light dark; --paper: #fbfaf8; --ink: #1f2430; --quiet: #667; --bubble: #eceaf6; --line: #e3e0da; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16181d; --ink: #e8e8ea; --quiet: #9aa; --bubble: #2b2a44; --line: #2c2f36; } }
        body { margin: 0 auto; max-width: 44rem; padding: 3rem 1.25rem 5rem; background: var(--paper); color: var(--ink); font: 1rem/1.65 system-ui, sans-serif; }
        h1 { font-size: 1.35rem; margin: 0 0 .25rem; } .about { color: var(--quiet); margin: 0 0 2.5rem; font-size: .875rem; }
        article { border-top: 1px solid var(--line); padding: 1.75rem 0; } h2 { font-size: .8125rem; font-weight: 600; color: var(--quiet); margin: 0 0 .4rem; }
        .user { background: var(--bubble); border-radius: 1rem; padding: 1rem 1.25rem; margin-bottom: 1.25rem; }
        p { margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        img { display: block; max-width: 100%; min-width: 12rem; border-radius: .75rem; margin: .75rem 0; box-shadow: 0 0 0 1px var(--line); } .note { color: var(--quiet); font-size: .875rem; }
        """;

    /// <summary>The page.</summary>
    public static async Task<string> WriteAsync(Transcript transcript, Pictures pictures, CancellationToken cancellation)
    {
        var title = transcript.Turns is [var first, ..] && first.Content.OfType<TextSegment>().FirstOrDefault() is { } said ? said.Text : "A conversation";
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n<title>{Text(title)}</title>\n<style>\n{Style}\n</style>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Text(title)}</h1>\n<p class=\"about\">{Count(transcript.Turns.Count, "turn")}, session {Text(transcript.SessionId)}, MmiGrains</p>\n");
        foreach (var turn in transcript.Turns)
        {
            page.Append("<article>\n<section class=\"user\">\n<h2>You</h2>\n");
            await AppendAsync(page, turn.Content, pictures, cancellation);
            page.Append("</section>\n<section>\n<h2>Answer</h2>\n");
            await AppendAsync(page, turn.Answer, pictures, cancellation);
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(Note(turn))}</p>\n</section>\n</article>\n");
        }

        return page.Append("</html>\n").ToString();
    }

    private static async Task AppendAsync(StringBuilder page, IReadOnlyList<Segment> segments, Pictures pictures, CancellationToken cancellation)
    {
        foreach (var segment in segments)
        {
            if (segment is TextSegment text)
            {
                page.Append(CultureInfo.InvariantCulture, $"<p>{Text(text.Text)}</p>\n");
            }
            else if (segment is ImageSegment image)
            {
                page.Append(await ImageAsync(image.Image, pictures, cancellation));
            }
        }
    }

    private static async Task<string> ImageAsync(ImageId image, Pictures pictures, CancellationToken cancellation)
    {
        try
        {
            var bytes = await pictures.ReadAsync(image, cancellation);
            var shown = bytes.Length <= LargestEmbedded ? bytes : await pictures.ThumbnailAsync(image, SmallerSide, cancellation);
            return $"<img alt=\"Picture {image.Hash[..8]}\" src=\"data:{MediaTypes.Of(shown)};base64,{Convert.ToBase64String(shown)}\">\n";
        }
        catch (Exception problem) when (problem is ImageNotFoundException or ImageDamagedException)
        {
            return $"<p class=\"note\">{Text(problem.Message)}</p>\n";
        }
    }

    private static string Note(Turn turn)
    {
        var seed = turn.Settings.Seed is { } number ? $"seed {number}" : "";
        var end = turn.End switch
        {
            TurnCompleted completed => $"{Count(completed.Usage.CompletionTokens, "token")}, {Count(completed.Usage.Images, "picture")}",
            TurnCancelled => "stopped",
            TurnFailed failed => failed.Message,
            _ => "still being answered",
        };
        return seed.Length == 0 ? end : $"{end}, {seed}";
    }

    private static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
