using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MmiGrains.Grains.Hosting;
using MmiGrains.Silo.Http;
using MmiGrains.Silo.Http.Sessions;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Hosting;

/// <summary>
/// How a silo that leaves parts from its HTTP clients. The web server stops before anything else does, and waits for its requests: so streams that a client
/// resumes elsewhere end at once, and answers that it cannot resume have the drain's time; what is not whole by then is told to be asked for again.
/// </summary>
internal sealed class Departure : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationToken _leaving;
    private readonly CancellationTokenRegistration _registration;

    public Departure(IHostApplicationLifetime lifetime, IOptions<DeviceOptions> options)
    {
        _leaving = lifetime.ApplicationStopping;
        _registration = _leaving.Register(() => _over.CancelAfter(options.Value.DrainTime));
    }

    /// <summary>Breaks off what is not answered by the end of the drain: its token is cancelled as if its client had gone.</summary>
    public static void Use(WebApplication app)
    {
        var departure = app.Services.GetRequiredService<Departure>();
        app.Use(async (context, next) =>
        {
            var client = context.RequestAborted;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(client, departure._over.Token);
            context.RequestAborted = end.Token;
            context.Features.Set(new Parting(departure._over.Token, client));
            await next(context);
            if (departure._over.IsCancellationRequested && !client.IsCancellationRequested && context.RequestAborted == end.Token)
            {
                context.Abort(); // nobody has told its client that it is not whole
            }
        });
    }

    /// <summary>Whether a request was broken off by that, and its client listens still: what is written from now on reaches it.</summary>
    public static bool HasBrokenOff(HttpContext context)
    {
        if (context.Features.Get<Parting>() is not { Over.IsCancellationRequested: true, Client.IsCancellationRequested: false } parting)
        {
            return false;
        }

        context.RequestAborted = parting.Client;
        return true;
    }

    /// <summary>Writes a stream of events that a client resumes, until the silo leaves: then its last event, <c>resume</c>, says where to go on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="last">Number of the last event that was written.</param>
    /// <param name="stream">Writes the stream.</param>
    public async Task StreamAsync(HttpContext context, EventStreamWriter writer, Func<long> last, Func<CancellationToken, Task> stream)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _leaving);
        try
        {
            await stream(end.Token);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            await writer.WriteAsync("resume", null, new StreamEndBody(last()), NativeJson.Default.StreamEndBody);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _over.Dispose();
    }

    private sealed record Parting(CancellationToken Over, CancellationToken Client);
}
