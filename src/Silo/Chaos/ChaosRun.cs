using System.Diagnostics;
using MmiGrains.Contracts.Chat;

namespace MmiGrains.Silo.Chaos;

/// <summary>A real cluster of processes on one Redis, users who talk to it, and faults; at the end the checker compares logs and journals.</summary>
/// <param name="options">What is done.</param>
/// <param name="tell">Told what happens, a line each.</param>
internal sealed class ChaosRun(ChaosOptions options, Action<string> tell) : IAsyncDisposable
{
    private static readonly GenerationSettings Answers = new() { MaxTokens = 24, Temperature = 1, ImageSteps = 4, MaxImages = 1, PreviewEvery = 0 };

    private readonly Random _random = new(options.Seed);
    private readonly ChaosCluster _cluster = new(options.Model, options.Folder);

    /// <summary>Runs it.</summary>
    public async Task<ChaosReport> RunAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        await _cluster.StartAsync(options.Kind == ChaosKind.Scale ? 1 : options.Silos);
        tell($"{_cluster.Silos.Count} silos and {options.Sessions} sessions");

        using var stop = new CancellationTokenSource();
        var grains = _cluster.Grains;
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
        await OverAsync(talks); // who gave up has logged it, and asks again now that nothing is broken any more
        await OverAsync([.. talks.Select((talk, i) => talk.IsCompletedSuccessfully ? talk : ComeBackAsync(clients[i], opened[i], stop.Token))]);
        Array.ForEach(opened, log => log.Dispose());

        var wrong = new List<string>();
        var lines = logs.Select(ClientLog.Read).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            wrong.AddRange(ChaosChecker.Check(Key(i), lines[i], await HeldAsync(grains, Key(i))));
        }

        // Who came back was acknowledged once more.
        var turns = lines.Sum(log => log.Where(line => (string)line["what"]! == "acknowledged").DistinctBy(line => (string)line["turn"]!).Count());
        int Count(string what) => lines.Sum(log => log.Count(line => (string)line["what"]! == what));
        return new ChaosReport(
            options.Kills, turns, Count("saw"), Count("retried"), clients.Max(client => client.MostRetries), Count("gave up"), clients.Max(client => client.SlowestTurn), wrong,
            watch.Elapsed);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static Task OverAsync(Task[] talks) =>
        Task.WhenAll(talks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private static Task ComeBackAsync(ChaosClient client, ClientLog log, CancellationToken stopped)
    {
        log.CameBack();
        return client.TalkAsync(stopped);
    }

    private static string Key(int client) => $"chaos/session-{client}";

    private async Task FaultAsync(int fault)
    {
        switch (options.Kind)
        {
            case ChaosKind.KillSilo:
                var victim = _cluster.Silos[_random.Next(_cluster.Silos.Count)];
                victim.KillNow();
                _cluster.Drop(victim);
                await _cluster.AddSiloAsync();
                break;
            case ChaosKind.KillStore:
                _cluster.KillStore();
                await Task.Delay(_random.Next(200, 2000));
                await _cluster.StartStoreAsync();
                break;
            case ChaosKind.PauseSilo:
                var paused = _cluster.Silos[_random.Next(_cluster.Silos.Count)];
                paused.Pause();
                await Task.Delay(TimeSpan.FromSeconds(15));
                paused.Resume();

                // It learns that it was declared dead, and ends; another takes its place.
                await Task.Delay(TimeSpan.FromSeconds(5));
                _cluster.Drop(paused);
                await _cluster.AddSiloAsync();
                break;
            case ChaosKind.Scale when fault % 2 == 1:
                await Task.WhenAll(Enumerable.Range(0, options.Silos - _cluster.Silos.Count).Select(_ => _cluster.AddSiloAsync()));
                break;
            case ChaosKind.Scale:
                while (_cluster.Silos.Count > 1)
                {
                    var leaving = _cluster.Silos[_random.Next(_cluster.Silos.Count)];
                    await leaving.EndAsync(TimeSpan.FromSeconds(60));
                    _cluster.Drop(leaving);
                }

                break;
        }
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
