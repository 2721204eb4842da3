using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Store;

namespace MmiGrains.Silo.Http.Access;

/// <summary>Writes down who asked for what, beside the requests and many at a time: nobody waits for it.</summary>
/// <param name="store">Where it is kept.</param>
/// <param name="clock">Dates the entries.</param>
/// <param name="logger">Told of entries that were not kept.</param>
internal sealed partial class AuditLog(AccessStore store, TimeProvider clock, ILogger<AuditLog> logger) : BackgroundService
{
    private const int MostWaiting = 10_000, MostAtOnce = 200;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Writes a request down once it has ended.</summary>
    public void Add(HttpContext context, Caller? caller, long began)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        _waiting.Writer.TryWrite(new AuditEntry(
            clock.GetUtcNow(), context.TraceIdentifier, caller?.Tenant, caller?.Key, context.Request.Method, route, context.Response.StatusCode,
            (long)clock.GetElapsedTime(began).TotalMilliseconds, context.Connection.RemoteIpAddress?.ToString()));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var entries = new List<AuditEntry>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await WriteAsync(entries);
            }
        }
        catch (OperationCanceledException)
        {
            await WriteAsync(entries); // what came until now
        }
    }

    private async Task WriteAsync(List<AuditEntry> entries)
    {
        entries.Clear();
        while (entries.Count < MostAtOnce && _waiting.Reader.TryRead(out var entry))
        {
            entries.Add(entry);
        }

        try
        {
            if (entries.Count > 0)
            {
                await store.AuditAsync(entries);
            }
        }
        catch (StoreException problem)
        {
            Log.NotKept(logger, entries.Count, problem.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} entries of the audit log were not kept: {Problem}")]
        public static partial void NotKept(ILogger logger, int count, string problem);
    }
}
