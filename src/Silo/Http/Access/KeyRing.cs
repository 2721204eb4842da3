using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Store;

namespace MmiGrains.Silo.Http.Access;

/// <summary>
/// The keys and quotas as this process knows them, read again every second. A key that was revoked stops at the next reading, in the middle of an answer too;
/// and without a recent reading nobody is let in.
/// </summary>
internal sealed partial class KeyRing : BackgroundService
{
    /// <summary>How long after its revocation a key may still be taken.</summary>
    public static readonly TimeSpan RevocationTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<KeyRing> _logger;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private byte[] _hashKey = [];
    private bool _hadKeys; // where there was a key once, a store that has lost them lets nobody in
    private State? _state;

    /// <param name="store">Where they last.</param>
    /// <param name="clock">Tells how old a reading is.</param>
    /// <param name="logger">Told when the store does not answer.</param>
    public KeyRing(AccessStore store, TimeProvider clock, ILogger<KeyRing> logger) => (_store, _clock, _logger) = (store, clock, logger);

    private sealed record Entry(KeyRecord Key, CancellationTokenSource Revoked);

    private sealed record State(IReadOnlyDictionary<string, Entry> Keys, IReadOnlyDictionary<string, TenantQuota> Quotas, bool IsOpen, long Read);

    /// <summary>Who presents a key; the only tenant there is where no key was ever made.</summary>
    /// <returns>Null where the key is missing, unknown or revoked.</returns>
    /// <exception cref="StoreException">The keys could not be read lately.</exception>
    public async Task<Caller?> FindAsync(string? presented)
    {
        var state = await FreshAsync();
        if (state.IsOpen)
        {
            return new Caller(RequestTenant.Default, null, AccessScopes.All, CancellationToken.None);
        }

        if (!ApiKey.TryParse(presented, out var key))
        {
            return null;
        }

        // The id is no secret; of the secret, not even where it differs is told.
        var entry = state.Keys.GetValueOrDefault(key.Id);
        var isSame = CryptographicOperations.FixedTimeEquals(key.Hash(_hashKey), entry?.Key.Hash ?? new byte[HMACSHA256.HashSizeInBytes]);
        return isSame && entry is { Key.Revoked: null } ? new Caller(entry.Key.Tenant, key.Id, entry.Key.Scopes, entry.Revoked.Token) : null;
    }

    /// <summary>Whether no key was ever made: everyone is let in.</summary>
    public async Task<bool> IsOpenAsync() => (await FreshAsync()).IsOpen;

    /// <summary>What a tenant may use.</summary>
    public async Task<TenantQuota> QuotaAsync(string tenant) => (await FreshAsync()).Quotas.GetValueOrDefault(tenant, TenantQuota.None);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync();
            }
            catch (StoreException problem)
            {
                Log.KeysNotRead(_logger, problem.Message);
                EndOutdated();
            }

            await Task.Delay(BetweenReadings, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<State> FreshAsync()
    {
        if (_state is { } state && _clock.GetElapsedTime(state.Read) < Freshness)
        {
            return state;
        }

        await ReadAsync();
        return _state!;
    }

    private async Task ReadAsync()
    {
        await _reading.WaitAsync();
        try
        {
            var began = _clock.GetTimestamp();
            if (_hashKey.Length == 0)
            {
                _hashKey = await _store.Secret.DeriveAsync(ApiKey.HashPurpose);
            }

            var (keys, quotas) = (await _store.ReadKeysAsync(), await _store.ReadQuotasAsync());
            var before = _state?.Keys;
            var entries = keys.ToDictionary(key => key.Id, key => new Entry(key, before?.GetValueOrDefault(key.Id)?.Revoked ?? new CancellationTokenSource()));
            _hadKeys |= keys.Count > 0;
            _state = new State(entries, quotas, !_hadKeys, began);
            foreach (var (id, entry) in before ?? entries)
            {
                if (entries.GetValueOrDefault(id) is not { Key.Revoked: null })
                {
                    await entry.Revoked.CancelAsync();
                }
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    // What cannot be looked up any more counts as revoked; a key that holds is let in again once it can.
    private void EndOutdated()
    {
        if (_state is { } state && _clock.GetElapsedTime(state.Read) > RevocationTime)
        {
            _state = null;
            foreach (var entry in state.Keys.Values)
            {
                entry.Revoked.Cancel();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The API keys could not be read: {Problem}")]
        public static partial void KeysNotRead(ILogger logger, string problem);
    }
}
