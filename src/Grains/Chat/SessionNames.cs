using System.Security.Cryptography;
using System.Text;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// Names that the cluster gives to conversations: each ends with a code that only the cluster can make, so that a conversation whose state is gone from the store
/// is told from one that never was.
/// </summary>
/// <param name="secret">The cluster's.</param>
public sealed class SessionNames(ClusterSecret secret)
{
    private const int CodeDigits = 12;

    private byte[]? _key;

    /// <summary>A new conversation's name.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<string> CreateAsync(string tenant)
    {
        var name = $"s-{Guid.CreateVersion7():N}";
        return name + await CodeAsync(tenant, name);
    }

    /// <summary>Whether the cluster has given a conversation its name.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<bool> IsGivenAsync(SessionKey session)
    {
        var name = session.Session;
        return name.Length > CodeDigits && name.StartsWith("s-", StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(await CodeAsync(session.Tenant, name[..^CodeDigits])), Encoding.UTF8.GetBytes(name[^CodeDigits..]));
    }

    private async Task<string> CodeAsync(string tenant, string name)
    {
        _key ??= await secret.DeriveAsync("mmi session name");
        return Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{tenant}/{name}")).AsSpan(0, CodeDigits / 2));
    }
}
