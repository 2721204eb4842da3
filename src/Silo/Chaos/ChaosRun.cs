using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MmiGrains.Silo.Chaos;

/// <summary>A real cluster of processes on one Redis, users who talk to it, and faults; at the end the checker compares logs and journals.</summary>
/// <param name="options">What is done.</param>
/// <param name="tell">Told what happens, a line each.</param>
internal sealed class ChaosRun(ChaosOptions options, Action<string> tell) : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(90);
    private static readonly GenerationSettings Answers = new() { MaxTokens = 24, Temperature = 1, ImageSteps = 4, MaxImages = 1, PreviewEvery = 0 };

    private readonly Random _random = new(options.Seed);
    private readonly List<SiloProcess> _silos = [];
    private readonly int _storePort = FreePort.Next();
    private RedisProcess? _redis;
    private int _started;
    private IHost? _client;

    /// <summary>Runs it.</summary>
    public async Task<ChaosReport> RunAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        Directory.CreateDirectory(options.Folder);
        await StartStoreAsync();
        await Task.WhenAll(Enumerable.Range(0, options.Kind == ChaosKind.Scale ? 1 : options.Silos).Select(_ => AddSiloAsync()));
        _client = await ConnectAsync();
        tell($"{_silos.Count} silos and {options.Sessions} sessions");

        using var stop = new CancellationTokenSource();
        var grains = _client.Services.GetRequiredService<IClusterClient>();
        var logs = Enumerable.Range(0, options.Sessions).Select(i => Path.Combine(options.Folder, $"client-{i:D3}.jsonl")).ToArray();
        var opened = logs.Select(path => new ClientLog(path)).ToArray();
        var clients = opened.Select((log, i) => new ChaosClient(grains, Key(i), log, Answers)).ToArray();
        var talks = clients.Select(client => Task.Run(() => client.TalkAsync(stop.Token), CancellationToken.None)).ToArray();
        for (var fault = 1; fault <= options.Kills && !cancellation.IsCancellationRequested; fault++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1500, 4000)), cancellation);
            await FaultAsync(fault);
            tell($"fault {fault} of {options.Kills}; {clients.Sum(client => client.Finished)} turns finished");
        }

        await stop.CancelAsync();
        await Task.WhenAll(talks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default); // who gave up has logged it
        Array.ForEach(opened, log => log.Dispose());

        var wrong = new List<string>();
        var lines = logs.Select(ClientLog.Read).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            wrong.AddRange(ChaosChecker.Check(Key(i), lines[i], await HeldAsync(grains, Key(i))));
        }

        int Count(string what) => lines.Sum(log => log.Count(line => (string)line["what"]! == what));
        return new ChaosReport(
            options.Kills, Count("acknowledged"), Count("saw"), Count("retried"), clients.Max(client => client.MostRetries), wrong, watch.Elapsed);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync(CancellationToken.None);
            _client.Dispose();
        }

        _silos.ForEach(silo => silo.Dispose());
        _redis?.Dispose();
    }

    private static string Key(int client) => $"chaos/session-{client}";

    private async Task FaultAsync(int fault)
    {
        switch (options.Kind)
        {
            case ChaosKind.KillSilo:
                var victim = _silos[_random.Next(_silos.Count)];
                victim.KillNow();
                Forget(victim);
                await AddSiloAsync();
                break;
            case ChaosKind.KillStore:
                _redis!.KillNow();
                _redis.Dispose();
                await Task.Delay(_random.Next(200, 2000));
                await StartStoreAsync();
                break;
            case ChaosKind.PauseSilo:
                var paused = _silos[_random.Next(_silos.Count)];
                paused.Pause();
                await Task.Delay(TimeSpan.FromSeconds(15));
                paused.Resume();

                // It learns that it was declared dead, and ends; another takes its place.
                await Task.Delay(TimeSpan.FromSeconds(5));
                Forget(paused);
                await AddSiloAsync();
                break;
            case ChaosKind.Scale when fault % 2 == 1:
                await Task.WhenAll(Enumerable.Range(_silos.Count, options.Silos - _silos.Count).Select(_ => AddSiloAsync()));
                break;
            case ChaosKind.Scale:
                while (_silos.Count > 1)
                {
                    var leaving = _silos[_random.Next(_silos.Count)];
                    await leaving.EndAsync(TimeSpan.FromSeconds(60));
                    Forget(leaving);
                }

                break;
        }
    }

    private void Forget(SiloProcess silo)
    {
        _silos.Remove(silo);
        silo.Dispose();
    }

    private async Task StartStoreAsync()
    {
        _redis = RedisProcess.Start(Path.Combine(options.Folder, "store"), _storePort);
        await _redis.WhenReadyAsync(StartTime);
    }

    private async Task AddSiloAsync()
    {
        var silo = SiloProcess.Start(Path.Combine(options.Folder, $"silo-{Interlocked.Increment(ref _started):D3}.txt"), "--redis", $"127.0.0.1:{_storePort}", "--model", options.Model, "--http", $"{FreePort.Next()}", "--cluster", "chaos", "--probe-seconds", "1");
        await silo.WhenReadyAsync(StartTime);
        _silos.Add(silo);
    }

    private async Task<IHost> ConnectAsync()
    {
        var host = new HostBuilder()
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Critical))
            .UseOrleansClient(client =>
            {
                client.UseClusterStore(new StoreOptions { ConnectionString = $"127.0.0.1:{_storePort}", ClusterId = "chaos", ServiceId = "chaos", KeyPrefix = "chaos" });
                client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));
                client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
                client.UseConnectionRetryFilter(async (_, token) =>
                {
                    await Task.Delay(500, token);
                    return true;
                });
            })
            .Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<IReadOnlyList<ChatEvent>> HeldAsync(IGrainFactory grains, string session)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var held = new List<ChatEvent>();
                await foreach (var e in grains.GetGrain<IChatSessionGrain>(session).WatchAsync(0))
                {
                    if (e.IsDurable)
                    {
                        held.Add(e);
                    }
                }

                return held;
            }
            catch (Exception) when (attempt < 30)
            {
                await Task.Delay(1000);
            }
        }
    }
}
