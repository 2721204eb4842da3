using System.Net;

namespace MmiGrains.Documents;

/// <summary>The HTML file around a document that is none itself.</summary>
internal static class PageTemplate
{
    private const string Style = """
        :root { color-scheme: light dark; --paper: #fbfaf8; --ink: #20242c; --quiet: #5c626e; --line: #e4e0d9; }
        @media (prefers-color-scheme: dark) { :root { --paper: #15171c; --ink: #e9e9ec; --quiet: #a2a8b4; --line: #2d323b; } }
        body { margin: 0 auto; max-width: 40rem; padding: 3rem 1.25rem 5rem; background: var(--paper); color: var(--ink); font: 1.0625rem/1.65 Georgia, serif; overflow-wrap: anywhere; }
        h1, h2, h3, h4 { line-height: 1.25; } .plain { white-space: pre-wrap; }
        figure { margin: 2rem 0; } img { max-width: 100%; min-width: 12rem; height: auto; display: block; border-radius: .5rem; }
        figcaption, p > img ~ em { color: var(--quiet); font-size: .9375rem; } pre { overflow-x: auto; font-size: .875rem; }
        table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .3rem .6rem; }
        """;

    /// <summary>A whole page, which loads nothing and runs nothing.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">What is in it, as HTML.</param>
    public static string Wrap(string title, string body) =>
        $"""
        <!doctype html>
        <html>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {Style}
        </style>
        <body>
        {body}
        </html>

        """;
}
