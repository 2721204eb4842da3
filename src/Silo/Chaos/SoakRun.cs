using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Chaos;

/// <summary>Users who talk to a real cluster without pause while the silos' memory is watched: conversations come and go, and nothing may pile up.</summary>
/// <param name="options">What is done.</param>
/// <param name="tell">Told how it goes, a line a minute.</param>
internal sealed class SoakRun(SoakOptions options, Action<string> tell) : IAsyncDisposable
{
    private static readonly GenerationSettings Answers = new() { MaxTokens = 24, Temperature = 1, ImageSteps = 4, MaxImages = 1, PreviewEvery = 0 };

    private readonly ChaosCluster _cluster = new(
        options.Model, options.Folder, "--feature-bytes", options.FeatureBytes.ToString(CultureInfo.InvariantCulture));

    private readonly List<MemorySample> _samples = [];
    private int _turns;
    private int _sessions;
    private int _retries;

    /// <summary>Runs it.</summary>
    /// <exception cref="CommandException">A silo ended, or a client gave up.</exception>
    public async Task<SoakReport> RunAsync(CancellationToken cancellation)
    {
        await _cluster.StartAsync(options.Silos);
        tell($"{options.Silos} silos and {options.Sessions} sessions for {options.Time.TotalMinutes:0.#} minutes");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(options.Time);
        var talks = Enumerable.Range(0, options.Sessions).Select(i => Task.Run(() => TalkAsync(i, stop.Token), CancellationToken.None)).ToArray();
        var path = Path.Combine(options.Folder, "memory.jsonl");
        await WatchAsync(path, talks, stop.Token);
        await Task.WhenAll(talks);
        cancellation.ThrowIfCancellationRequested();
        var trends = _samples.GroupBy(sample => sample.Process).ToDictionary(silo => silo.Key, silo => MemoryTrend.Of([.. silo]));
        return new SoakReport(_turns, _sessions, _retries, trends, path);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task TalkAsync(int talker, CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            var key = $"soak/session-{talker}-{round}";
            var client = new ChaosClient(_cluster.Grains, key, log: null, Answers);
            Interlocked.Increment(ref _sessions);
            await client.TalkAsync(stop, options.TurnsPerSession, () => Interlocked.Increment(ref _turns));
            await client.DeleteAsync();
            Retried(client.MostRetries);
        }
    }

    private async Task WatchAsync(string path, Task[] talks, CancellationToken stop)
    {
        await using var file = new StreamWriter(path) { AutoFlush = true };
        var (watch, told) = (Stopwatch.StartNew(), 0.0);
        while (!stop.IsCancellationRequested)
        {
            if (talks.FirstOrDefault(talk => talk.IsFaulted) is { } failed)
            {
                await failed;
            }

            foreach (var silo in _cluster.Silos)
            {
                if (silo.HasExited)
                {
                    throw new CommandException($"The silo of the process {silo.Id} has ended: {silo.Output}");
                }

                var sample = MemorySample.Take(silo.Id, watch.Elapsed);
                _samples.Add(sample);
                await file.WriteLineAsync(JsonSerializer.Serialize(sample));
            }

            if (watch.Elapsed.TotalMinutes >= told)
            {
                told++;
                tell($"{watch.Elapsed:mm\\:ss}  {string.Join("  ", _cluster.Silos.Select((_, i) => Units.Bytes(_samples[^(_cluster.Silos.Count - i)].Resident)))} resident, {_turns} turns");
            }

            await Task.Delay(options.Between, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Retried(int retries)
    {
        lock (_samples)
        {
            _retries = Math.Max(_retries, retries);
        }
    }
}
