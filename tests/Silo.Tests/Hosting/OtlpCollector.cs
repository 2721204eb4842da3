using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Hosting;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Tests.Hosting;

/// <summary>A collector that speaks OTLP over gRPC, and keeps what it is told.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const int FrameHeader = 5; // of a gRPC message: compressed or not, and its length

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    public OtlpCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.MapPost("/{**path}", ReceiveAsync);
    }

    public int Port { get; } = FreePort.Next();

    public string Address => $"http://localhost:{Port}";

    /// <summary>What was told of a signal, 'metrics' or 'trace', as protobuf messages.</summary>
    public IReadOnlyList<byte[]> Received(string signal) =>
        [.. _received.Where(message => message.Path.Contains($".{signal}.", StringComparison.Ordinal)).Select(message => message.Body)];

    public Task StartAsync(CancellationToken cancellation) => _app.StartAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path, body.ToArray()[FrameHeader..]));
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[FrameHeader], context.RequestAborted); // an empty answer
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
