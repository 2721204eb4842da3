using System.Security.Cryptography;

namespace MmiGrains.Silo.Http.Access;

/// <summary>What is derived from the cluster's secret, each for one purpose.</summary>
internal static class AccessSecrets
{
    /// <summary>For the hashes of API keys.</summary>
    public static byte[] KeyHashKey(byte[] secret) => HMACSHA256.HashData(secret, "mmi api key hash"u8);

    /// <summary>For signed addresses.</summary>
    public static byte[] UrlKey(byte[] secret) => HMACSHA256.HashData(secret, "mmi signed url"u8);
}
