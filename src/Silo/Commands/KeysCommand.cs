using System.CommandLine;
using System.Globalization;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi keys</c>: who may use the system over HTTP, and how much.</summary>
internal static class KeysCommand
{
    private static readonly Argument<string> Tenant = new("TENANT") { Description = "Whose key: 1 to 64 letters, digits, '-', '_' or '.'." };
    private static readonly Argument<string> Id = new("ID") { Description = "The key's id, as list shows it." };
    private static readonly Option<string> Name = new("--name") { Description = "What the key is for.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private static readonly Option<string> Scopes = new("--scopes") { Description = "What the key allows, by commas: read, generate; and operate, to change the served model.", HelpName = "SCOPES", DefaultValueFactory = _ => "read,generate" };
    private static readonly Option<long?> Requests = Limit("--requests-per-minute", "Requests of the tenant in a minute.");
    private static readonly Option<long?> Tokens = Limit("--tokens-per-day", "Tokens of the tenant's prompts and answers in a day.");
    private static readonly Option<long?> Images = Limit("--images-per-day", "Images painted for the tenant in a day.");
    private static readonly Option<long?> Turns = Limit("--concurrent-turns", "Turns of the tenant answered at the same time.");

    public static Command Create() => new("keys", "Make, list and revoke API keys; set what tenants may use.") { Add(), List(), Revoke(), SetLimits() };

    private static Command Add()
    {
        var command = new Command("add", "Make a key. It is shown this once; the store has only a keyed hash of it.") { Tenant, Name, Scopes };
        return Working(command, async (given, store) =>
        {
            var tenant = ReadTenant(given);
            var (key, scopes) = (ApiKey.Create(), ReadScopes(given.GetValue(Scopes)!));
            var hash = key.Hash(await store.Secret.DeriveAsync(ApiKey.HashPurpose));
            await store.WriteKeyAsync(new KeyRecord(key.Id, tenant, given.GetValue(Name)!, scopes, hash, DateTimeOffset.UtcNow));
            given.InvocationConfiguration.Output.WriteLine(key.Reveal());
        });
    }

    private static Command List() => Working(new Command("list", "Show the keys, what their tenants may use, and what they used today."), async (given, store) =>
    {
        var (keys, quotas) = (await store.ReadKeysAsync(), await store.ReadQuotasAsync());
        var output = given.InvocationConfiguration.Output;
        var table = new TextTable("id", "tenant", "name", "scopes", "made", "state");
        foreach (var key in keys)
        {
            var state = key.Revoked is { } revoked ? $"revoked {Day(revoked)}" : "valid";
            table.Add(key.Id, key.Tenant, key.Name, Spelled(key.Scopes), Day(key.Created), state);
        }

        table.Write(output);
        output.WriteLine();
        var used = new TextTable("tenant", ">requests a minute", ">tokens a day", ">used", ">images a day", ">used", ">turns at once");
        foreach (var tenant in keys.Select(key => key.Tenant).Union(quotas.Keys).Order(StringComparer.Ordinal))
        {
            var (quota, today) = (quotas.GetValueOrDefault(tenant, TenantQuota.None), await store.UsageAsync(tenant));
            used.Add(
                tenant, Shown(quota.RequestsPerMinute), Shown(quota.TokensPerDay), Shown(today.Tokens), Shown(quota.ImagesPerDay), Shown(today.Images), Shown(quota.ConcurrentTurns));
        }

        used.Write(output);
    });

    private static Command Revoke() => Working(new Command("revoke", "End a key, and what is being answered for it, within five seconds.") { Id }, async (given, store) =>
    {
        var id = given.GetRequiredValue(Id);
        var key = (await store.ReadKeysAsync()).FirstOrDefault(key => key.Id == id) ?? throw new CommandException($"There is no key with the id '{id}'.");
        await store.WriteKeyAsync(key with { Revoked = key.Revoked ?? DateTimeOffset.UtcNow });
        given.InvocationConfiguration.Output.WriteLine($"revoked {id} of {key.Tenant}");
    });

    private static Command SetLimits()
    {
        var command = new Command("limits", "Set what a tenant may use; what is not given has no limit.") { Tenant, Requests, Tokens, Images, Turns };
        return Working(command, async (given, store) =>
        {
            var tenant = ReadTenant(given);
            await store.WriteQuotaAsync(tenant, new TenantQuota
            {
                RequestsPerMinute = Read(given, Requests),
                TokensPerDay = Read(given, Tokens),
                ImagesPerDay = Read(given, Images),
                ConcurrentTurns = Read(given, Turns),
            });
            given.InvocationConfiguration.Output.WriteLine($"set the limits of {tenant}");
        });
    }

    private static Command Working(Command command, Func<ParseResult, AccessStore, Task> work)
    {
        StoreChoice.AddTo(command);
        command.SetAction((given, cancellation) => StoreChoice.UseAsync(given, async (connection, prefix) =>
        {
            await work(given, new AccessStore(connection, prefix, TimeProvider.System));
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Option<long?> Limit(string name, string description) => new(name) { Description = description, HelpName = "N" };

    private static long? Read(ParseResult given, Option<long?> option) =>
        given.GetValue(option) is not { } limit ? null : limit >= 0 ? limit : throw new CommandException($"{option.Name} must be 0 or more; it is {limit}.");

    private static string ReadTenant(ParseResult given)
    {
        var tenant = given.GetRequiredValue(Tenant);
        return SessionKey.IsTenant(tenant) ? tenant : throw new CommandException($"A tenant is 1 to 64 letters, digits, '-', '_' or '.'; this one is '{tenant}'.");
    }

    private static AccessScopes ReadScopes(string text)
    {
        var scopes = AccessScopes.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            scopes |= name switch
            {
                "read" => AccessScopes.Read,
                "generate" => AccessScopes.Generate,
                "operate" => AccessScopes.Operate,
                _ => throw new CommandException($"--scopes has '{name}'; scopes are read, generate and operate."),
            };
        }

        return scopes == AccessScopes.None ? throw new CommandException("--scopes names no scope.") : scopes;
    }

    private static string Spelled(AccessScopes scopes) => scopes.ToString().ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal);

    private static string Shown(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
