using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace MmiGrains.Silo.Http.Page;

/// <summary>The web page, from files inside the program: <c>/</c> talks, <c>/cluster</c> shows the cluster, <c>/docs</c> the interface.</summary>
internal static class PageEndpoints
{
    private const string Prefix = "page/";

    // Nothing from elsewhere; pictures are the silo's own, or previews and files that are at hand.
    private const string Policy = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".webmanifest"] = "application/manifest+json",
    };

    public static void MapPage(this IEndpointRouteBuilder app)
    {
        var assembly = typeof(PageEndpoints).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = new PageFile(Read(assembly, name), Types[Path.GetExtension(name)]);
            foreach (var route in Routes(name[Prefix.Length..]))
            {
                app.MapGet(route, (HttpContext context) => Serve(context, file)).ExcludeFromDescription();
            }
        }
    }

    private static string[] Routes(string file) => file switch
    {
        "index.html" => ["/"],
        "cluster.html" => ["/cluster"],
        "jobs.html" => ["/jobs"],
        "docs.html" => ["/docs"],
        "icon.svg" => ["/page/icon.svg", "/favicon.ico"], // browsers ask for it by that name where no page names another
        _ => [$"/page/{file}"],
    };

    private static IResult Serve(HttpContext context, PageFile file)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache"; // asked again each time, and told that nothing has changed
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return Results.Bytes(file.Bytes, file.Type, entityTag: file.Tag);
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed record PageFile(byte[] Bytes, string Type)
    {
        public EntityTagHeaderValue Tag { get; } = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes))[..16]}\"");
    }
}
