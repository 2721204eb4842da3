using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MmiGrains.Silo.Http.Access;

/// <summary>A key as its owner has it: a public id by which it is found, and 256 secret bits.</summary>
/// <param name="Id">12 hexadecimal digits.</param>
/// <param name="Secret">64 hexadecimal digits.</param>
internal sealed record ApiKey(string Id, string Secret)
{
    /// <summary>What the cluster's secret is derived for, of the key of <see cref="Hash"/>.</summary>
    public const string HashPurpose = "mmi api key hash";

    private const string Mark = "mmi_";
    private const int IdDigits = 12, SecretDigits = 64;

    /// <summary>Characters of a key.</summary>
    public const int Length = 4 + IdDigits + 1 + SecretDigits;

    /// <summary>A key that nobody has had.</summary>
    public static ApiKey Create() => new(RandomNumberGenerator.GetHexString(IdDigits, lowercase: true), RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true));

    /// <summary>Reads what <see cref="Reveal"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKey? key)
    {
        key = text is { Length: Length } && text.StartsWith(Mark, StringComparison.Ordinal) && text[Mark.Length + IdDigits] == '_'
            ? new ApiKey(text[Mark.Length..(Mark.Length + IdDigits)], text[^SecretDigits..])
            : null;
        if (key is not null && !(key.Id + key.Secret).All(char.IsAsciiHexDigitLower))
        {
            key = null;
        }

        return key is not null;
    }

    /// <summary>The text that its owner keeps; nothing else writes it.</summary>
    public string Reveal() => $"{Mark}{Id}_{Secret}";

    /// <summary>What is stored of it: HMAC-SHA256 of id and secret.</summary>
    public byte[] Hash(ReadOnlySpan<byte> hashKey) => HMACSHA256.HashData(hashKey, Encoding.ASCII.GetBytes($"{Id}_{Secret}"));

    /// <summary>Its id alone: a key is not to come into a log.</summary>
    public override string ToString() => Mark + Id;
}
