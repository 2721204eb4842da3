using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Http.Access;

/// <summary>
/// Addresses that a browser may read without a key, for some time: the path, the tenant and the end of that time are under an HMAC whose key only the cluster has.
/// </summary>
/// <param name="store">Where the key is.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="options">May name the address that clients know.</param>
internal sealed class SignedUrls(AccessStore store, TimeProvider clock, SiloOptions options)
{
    private const string TenantField = "tenant", ExpiryField = "expires", SignatureField = "signature";

    /// <summary>How long an address holds: a conversation that is opened again next week shows its pictures still.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private byte[]? _key;

    /// <summary>The address of something that a tenant has.</summary>
    /// <param name="request">Where the client found us.</param>
    /// <param name="path">From the root.</param>
    /// <param name="tenant">Whose.</param>
    public async Task<string> SignAsync(HttpRequest request, string path, string tenant)
    {
        // Rounded to a day, so that a picture keeps its address for as long and caches know it.
        var expires = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds() / 86400 * 86400;
        var signature = Signature(await KeyAsync(), path, tenant, expires);
        return string.Create(
            CultureInfo.InvariantCulture, $"{options.PublicUrl?.ToString().TrimEnd('/') ?? $"{request.Scheme}://{request.Host}"}{path}?{TenantField}={tenant}&{ExpiryField}={expires}&{SignatureField}={signature}");
    }

    /// <summary>Whose a signed request is.</summary>
    /// <returns>Null where it is not signed, not by this cluster, or no longer.</returns>
    public async Task<string?> VerifyAsync(HttpRequest request)
    {
        var (tenant, signature) = ((string?)request.Query[TenantField], (string?)request.Query[SignatureField]);
        if (signature is null || tenant is null || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            || !long.TryParse((string?)request.Query[ExpiryField], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || expires < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        var right = Signature(await KeyAsync(), request.Path.Value!, tenant, expires);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(signature)) ? tenant : null;
    }

    private static string Signature(byte[] key, string path, string tenant, long expires) => Base64Url.EncodeToString(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET\n{path}\n{tenant}\n{expires}"))));

    private async ValueTask<byte[]> KeyAsync() => _key ??= await store.Secret.DeriveAsync("mmi signed url");
}
