using System.Text;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Names a session of a tenant. All of its keys lie in one hash slot, so that a script may touch them together.</summary>
public sealed partial record SessionKey
{
    private const int LongestTenant = 64;

    /// <param name="tenant">1 to 64 letters, digits, '-', '_' or '.'.</param>
    /// <param name="session">1 to 128 of the same.</param>
    /// <exception cref="ArgumentException">A name has other characters or another length.</exception>
    public SessionKey(string tenant, string session)
    {
        Require(tenant, nameof(tenant), LongestTenant);
        Require(session, nameof(session), 128);
        (Tenant, Session) = (tenant, session);
    }

    /// <summary>Whose session it is.</summary>
    public string Tenant { get; }

    /// <summary>Which one.</summary>
    public string Session { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Session}";

    /// <summary>Head, list of records and dedupe window, in this order.</summary>
    internal RedisKey[] Keys(string prefix)
    {
        var slot = $"{prefix}/journal/{{{this}}}";
        return [slot + ":head", slot + ":log", slot + ":keys"];
    }

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>Whether it may name a tenant.</summary>
    public static bool IsTenant(string name) => name.Length <= LongestTenant && Allowed().IsMatch(name);

    private static void Require(string name, string parameter, int limit)
    {
        if (name is null || name.Length > limit || !Allowed().IsMatch(name))
        {
            throw new ArgumentException($"The {parameter} must be 1 to {limit} letters, digits, '-', '_' or '.'; it has {name?.Length ?? 0} characters.", parameter);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z")]
    private static partial Regex Allowed();
}
