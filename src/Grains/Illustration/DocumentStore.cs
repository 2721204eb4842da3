using System.Security.Cryptography;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Illustration;

/// <summary>The bytes of the documents that a job has. What was put for a job that is never begun goes after a day.</summary>
/// <param name="connection">The store.</param>
/// <param name="options">What its keys begin with.</param>
public sealed class DocumentStore(IConnectionMultiplexer connection, StoreOptions options)
{
    private static readonly TimeSpan Unclaimed = TimeSpan.FromDays(1);

    private readonly IDatabase _database = connection.GetDatabase();

    /// <summary>Stores a document's bytes for a job.</summary>
    /// <param name="job">The job's key.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Their SHA-256, by which they are read.</returns>
    public async Task<string> PutAsync(string job, byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await AskAsync(job, _database.StringSetAsync(Key(job, hash), bytes, Unclaimed));
        return hash;
    }

    /// <summary>Keeps a document as long as its job.</summary>
    /// <exception cref="Contracts.Errors.InvalidJobException">It was never put.</exception>
    public async Task KeepAsync(string job, string hash)
    {
        if (!await AskAsync(job, _database.KeyExistsAsync(Key(job, hash))))
        {
            throw new Contracts.Errors.InvalidJobException("document_missing", "content", $"The document '{hash}' was not put for the job.");
        }

        await AskAsync(job, _database.KeyPersistAsync(Key(job, hash)));
    }

    /// <summary>A document's bytes, as they were put.</summary>
    /// <exception cref="Contracts.Errors.StateLostException">They are gone, or others.</exception>
    public async Task<byte[]> ReadAsync(string job, string hash)
    {
        var bytes = (byte[]?)await AskAsync(job, _database.StringGetAsync(Key(job, hash)));
        return bytes is not null && Convert.ToHexStringLower(SHA256.HashData(bytes)) == hash ? bytes
            : throw new Contracts.Errors.StateLostException($"The document '{hash}' of the job '{job}' is not in the store, or is damaged there.");
    }

    /// <summary>Forgets a document.</summary>
    public Task DeleteAsync(string job, string hash) => AskAsync(job, _database.KeyDeleteAsync(Key(job, hash)));

    private RedisKey Key(string job, string hash) => $"{options.KeyPrefix}/documents/{job}/{hash}";

    private static Task<T> AskAsync<T>(string job, Task<T> command) => StoreCommand.ConfirmAsync(command, $"a document of the job {job}");
}
