using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Workflows;

/// <summary>
/// What a workflow grain has promised, as one value in the store. Of two activations only the one that knows the newest value can write: a grain whose write is
/// refused, or not confirmed, must be activated anew. A value that is damaged is told, and never taken for none.
/// </summary>
/// <param name="database">The store.</param>
/// <param name="key">Where it is.</param>
internal sealed class WorkflowState<T>(IDatabase database, string key)
    where T : class
{
    private const string Magic = "mmi-workflow-1";

    // known value or '', new value or '' -> 1 done | 0 the stored one is another
    private const string Write =
        """
        local there = redis.call('GET', KEYS[1]) or ''
        if there == ARGV[2] then return 1 end
        if there ~= ARGV[1] then return 0 end
        if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
        return 1
        """;

    private static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true };

    private byte[] _known = [];
    private long _count;

    /// <summary>The newest value that the store has confirmed; null where there is none.</summary>
    public T? Value { get; private set; }

    /// <summary>Which of the values that were written this is, counted up from 1; 0 where there was none.</summary>
    public long Revision { get; private set; }

    /// <summary>Reads what is stored.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    /// <exception cref="Contracts.Errors.StateLostException">What is stored is damaged.</exception>
    public async Task ReadAsync()
    {
        _known = (byte[]?)await AskAsync(database.StringGetAsync(key)) ?? [];
        Value = _known.Length == 0 ? null : Decode(_known);
        Revision = _count;
    }

    /// <summary>Stores a value; when this returns it lasts.</summary>
    /// <exception cref="StoreException">The store did not confirm it, or another activation has written meanwhile.</exception>
    public async Task WriteAsync(T value)
    {
        var bytes = Encode(value);
        await ReplaceAsync(bytes);
        (Value, Revision) = (value, _count);
    }

    /// <summary>Deletes it.</summary>
    /// <exception cref="StoreException">As for a write.</exception>
    public async Task DeleteAsync()
    {
        await ReplaceAsync([]);
        Value = null;
    }

    private async Task ReplaceAsync(byte[] bytes)
    {
        if ((int)await AskAsync(database.ScriptEvaluateAsync(Write, [key], [_known, bytes])) != 1)
        {
            throw new StoreException($"The state '{key}' was changed by another activation.");
        }

        _known = bytes;
    }

    // A number makes every value another one: who knows an old one cannot write.
    private byte[] Encode(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, Json);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Magic} {++_count} {Convert.ToHexStringLower(SHA256.HashData(json))}\n")), .. json];
    }

    private T Decode(byte[] bytes)
    {
        var line = Array.IndexOf(bytes, (byte)'\n');
        var head = line < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, line).Split(' ');
        if (head is not [Magic, var count, var hash] || !long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out _count)
            || Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(line + 1))) != hash)
        {
            throw new Contracts.Errors.StateLostException($"The state '{key}' is damaged in the store: its {bytes.Length} bytes are not what was written.", "state_damaged");
        }

        return JsonSerializer.Deserialize<T>(bytes.AsSpan(line + 1), Json)!;
    }

    private Task<TResult> AskAsync<TResult>(Task<TResult> command) => StoreCommand.ConfirmAsync(command, $"the state '{key}'");
}
