using System.Text.Json;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Silo.Http.OpenAi.Files;

/// <summary>Which pictures tenants have uploaded as files. The pictures themselves are where all pictures are.</summary>
/// <param name="store">The cluster's.</param>
internal sealed class FileStore(ClusterStore store)
{
    private readonly IDatabase _database = store.Connection.GetDatabase();

    /// <summary>Adds a file, or writes one anew.</summary>
    public Task PutAsync(string tenant, FileBody file) =>
        AskAsync(() => _database.HashSetAsync(Key(tenant), file.Id, JsonSerializer.SerializeToUtf8Bytes(file, OpenAiJson.Default.FileBody)));

    /// <summary>A file; null where there is none.</summary>
    public Task<FileBody?> FindAsync(string tenant, string id) => AskAsync(async () => Read(await _database.HashGetAsync(Key(tenant), id)));

    /// <summary>A tenant's files, newest first.</summary>
    public Task<IReadOnlyList<FileBody>> ListAsync(string tenant) => AskAsync<IReadOnlyList<FileBody>>(async () =>
        [.. (await _database.HashValuesAsync(Key(tenant))).Select(Read).OfType<FileBody>().OrderByDescending(file => file.CreatedAt).ThenBy(file => file.Id, StringComparer.Ordinal)]);

    /// <summary>Forgets a file.</summary>
    public Task<bool> RemoveAsync(string tenant, string id) => AskAsync(() => _database.HashDeleteAsync(Key(tenant), id));

    private RedisKey Key(string tenant) => $"{store.Options.KeyPrefix}/files/{tenant}";

    private static FileBody? Read(RedisValue value) => value.IsNull ? null : JsonSerializer.Deserialize((byte[])value!, OpenAiJson.Default.FileBody);

    private static Task<T> AskAsync<T>(Func<Task<T>> command) => StoreCommand.ConfirmAsync(command(), "files");
}
