using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Serving;

namespace MmiGrains.Grains.Hosting;

/// <summary>
/// The models that a silo has loaded. Loads what a plan names beside what is there; what it no longer names stays until nothing of the cluster has used
/// it for a while. One caller follows plans; anyone may look.
/// </summary>
internal sealed class ServedDevices : IAsyncDisposable
{
    private static readonly TimeSpan BeforeAnotherTry = TimeSpan.FromSeconds(30);

    private readonly DeviceOptions _options;
    private readonly Func<string, string, ServedDevice> _load;
    private readonly ILogger _logger;
    private readonly ModelRef _first; // what is wanted where nothing was ever promoted
    private readonly Dictionary<string, long> _idleSince = []; // of those that retire
    private volatile ServedDevice[] _all; // that of new turns first
    private HashSet<string> _wanted;
    private (ModelRef Model, Task<ServedDevice> Device)? _loading;
    private (string Hash, string Problem, long Time)? _failure;

    /// <param name="options">What the silo was started with.</param>
    /// <param name="load">Loads a device of a name from a folder.</param>
    /// <param name="logger">Told what happens.</param>
    public ServedDevices(DeviceOptions options, Func<string, string, ServedDevice> load, ILogger logger)
    {
        (_options, _load, _logger) = (options, load, logger);
        var promoted = options.Promoted?.Folder is { } folder && Directory.Exists(folder) ? folder : null;
        var first = load(options.Device, promoted ?? options.Model);
        _first = new ModelRef(first.Model.Hash, promoted);
        (_all, _wanted) = ([first], [_first.Hash]);
    }

    /// <summary>What new turns use.</summary>
    public ServedDevice Current => _all[0];

    /// <summary>All that are loaded.</summary>
    public IReadOnlyList<ServedDevice> All => _all;

    /// <summary>Whether one is loaded that no plan names.</summary>
    public bool HasRetiring => _all.Any(device => !_wanted.Contains(device.Model.Hash));

    /// <summary>Whether a model is loaded.</summary>
    public bool Has(string hash) => _all.Any(device => device.Model.Hash == hash);

    /// <summary>Begins to load what a plan names and is not there, and has new turns' model first.</summary>
    /// <returns>Why the plan's next model cannot be loaded; null where it can, or is being.</returns>
    public string? Follow(ModelPlan plan)
    {
        var current = plan.Current ?? _first;
        _wanted = [current.Hash, plan.Next?.Hash ?? current.Hash];
        TakeLoaded();
        Begin(current);
        if (plan.Next is { } next)
        {
            Begin(next);
        }

        if (Array.FindIndex(_all, device => device.Model.Hash == current.Hash) is > 0 and var index)
        {
            _all = [_all[index], .. _all[..index], .. _all[(index + 1)..]];
        }

        return _failure is { } failure && failure.Hash == plan.Next?.Hash ? failure.Problem : null;
    }

    /// <summary>Unloads what no plan names and nobody has used for a while.</summary>
    /// <param name="isUsed">Whether anyone in the cluster uses a model now.</param>
    public async Task RetireAsync(Func<string, bool> isUsed)
    {
        foreach (var device in _all.Where(device => !_wanted.Contains(device.Model.Hash)))
        {
            var hash = device.Model.Hash;
            if (isUsed(hash))
            {
                _idleSince.Remove(hash);
            }
            else if (_idleSince.TryAdd(hash, Stopwatch.GetTimestamp()) || Stopwatch.GetElapsedTime(_idleSince[hash]) < _options.RetireTime)
            {
                continue;
            }
            else
            {
                _all = [.. _all.Where(other => other != device)];
                _idleSince.Remove(hash);
                await Task.Run(device.Dispose);
                _logger.LogInformation("The model {Hash} is unloaded: nothing uses it any more", hash);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_loading is { } loading)
        {
            await Task.WhenAny(loading.Device);
            TakeLoaded();
        }

        foreach (var device in _all)
        {
            device.Dispose();
        }
    }

    private void Begin(ModelRef model)
    {
        var hasJustFailed = _failure is { } failure && failure.Hash == model.Hash && Stopwatch.GetElapsedTime(failure.Time) < BeforeAnotherTry;
        if (_loading is null && !Has(model.Hash) && !hasJustFailed)
        {
            _idleSince.Remove(model.Hash);
            _loading = (model, Task.Run(() => Load(model)));
        }
    }

    private ServedDevice Load(ModelRef model)
    {
        var device = _load($"{_options.Device}@{model.Hash[..8]}", model.Folder ?? _options.Model);
        if (device.Model.Hash == model.Hash)
        {
            return device;
        }

        var other = device.Model.Hash;
        device.Dispose();
        throw new InvalidDataException($"The folder '{model.Folder ?? _options.Model}' holds the model {other[..8]} on this silo.");
    }

    private void TakeLoaded()
    {
        if (_loading is not { Device.IsCompleted: true } loading)
        {
            return;
        }

        _loading = null;
        if (loading.Device.IsCompletedSuccessfully)
        {
            _all = [.. _all, loading.Device.Result];
            _failure = null;
            _logger.LogInformation("The model {Hash} is loaded", loading.Model.Hash);
            return;
        }

        var problem = loading.Device.Exception!.GetBaseException();
        _failure = (loading.Model.Hash, problem.Message, Stopwatch.GetTimestamp());
        _logger.LogError(problem, "The model {Hash} cannot be loaded", loading.Model.Hash);
    }
}
