using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>What makes a request one, however often it is sent: the header <c>Idempotency-Key</c>, and the body that it came with first.</summary>
/// <param name="Name">The key's SHA-256, in hexadecimal.</param>
/// <param name="Digest">The request's.</param>
internal sealed record OnceKey(string Name, string Digest)
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    private const int MostCharacters = 256;

    /// <summary>A request's key, once its body is read; null where it bears none.</summary>
    /// <exception cref="ApiException">The key cannot be.</exception>
    public static OnceKey? Of(HttpContext context)
    {
        var text = context.Request.Headers[Header].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return text.Length <= MostCharacters ? new OnceKey(Hash(Encoding.UTF8.GetBytes(text)), context.Features.Get<BodyDigest>()?.Text ?? "")
            : throw ApiError.Invalid("invalid_value", Header, $"{Header} may have {MostCharacters} characters; it has {text.Length}.").ToException();
    }

    /// <summary>The same for one of several things that one request asks for.</summary>
    public OnceKey Part(int index) => this with { Name = $"{Name}-{index}" };

    /// <summary>Remembers a body that was read.</summary>
    public static void Remember(HttpRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Headers.ContainsKey(Header))
        {
            request.HttpContext.Features.Set(new BodyDigest(Hash([.. Encoding.UTF8.GetBytes(request.Path + "\n"), .. body])));
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed record BodyDigest(string Text);
}
