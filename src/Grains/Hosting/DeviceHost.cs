using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;

namespace MmiGrains.Grains.Hosting;

/// <summary>
/// A silo's device with the models that it has loaded: one, and two while another takes its place. Tells the directory every second that it
/// is there and how busy, and hears from it which models are wanted; when the silo leaves, it takes nothing new and finishes what it has.
/// </summary>
public sealed class DeviceHost : IHostedService, IEncoderDevices, IAsyncDisposable
{
    private const WorkerRole ServingRoles = WorkerRole.Decoder | WorkerRole.Diffusion | WorkerRole.Encoder;
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);

    private readonly DeviceOptions _options;
    private readonly IGrainFactory _grains;
    private readonly ILocalSiloDetails _silo;
    private readonly OpenSpans _spans;
    private readonly ILogger<DeviceHost> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ServedDevices? _devices;
    private readonly MemoryGauges? _gauges;
    private Task _reporting = Task.CompletedTask;
    private readonly CancellationTokenRegistration _leaving;
    private volatile bool _isDraining;
    private long _drainEnds;
    private int _disposed;

    /// <param name="options">What to offer.</param>
    /// <param name="grains">Reaches the directory.</param>
    /// <param name="silo">Whose device this is.</param>
    /// <param name="spans">What is being worked on.</param>
    /// <param name="features">Where encoded images are kept.</param>
    /// <param name="lifetime">Says when the silo begins to leave, which is before this is stopped.</param>
    /// <param name="logger">Told what happens.</param>
    /// <param name="spill">Where encoded images go that the memory has no room for; null for nowhere.</param>
    /// <param name="decoder">Decodes images' files; null for this process.</param>
    public DeviceHost(
        IOptions<DeviceOptions> options, IGrainFactory grains, ILocalSiloDetails silo, OpenSpans spans, FeatureCache features, IHostApplicationLifetime lifetime, ILogger<DeviceHost> logger,
        IPyramidSpill? spill = null, IPictureDecoder? decoder = null)
    {
        (_options, _grains, _silo, _spans, _logger) = (options.Value, grains, silo, spans, logger);
        _leaving = lifetime.ApplicationStopping.Register(() => _ = BeginDrainingAsync());
        if ((_options.Roles & ServingRoles) != 0)
        {
            _gauges = new MemoryGauges(features);
            _devices = new ServedDevices(_options, (name, folder) => new ServedDevice(name, folder, _options, features, spill, decoder), logger);
        }
    }

    /// <summary>What new turns use.</summary>
    public ServedDevice Current => (_devices ?? throw new WorkerUnavailableException($"The silo '{_silo.SiloAddress}' has no model.")).Current;

    /// <summary>The model that new turns use.</summary>
    public ServedModel Model => Current.Model;

    /// <summary>Decodes for new turns.</summary>
    public DecoderEngine Decoder => Current.Decoder;

    /// <summary>Paints for new turns.</summary>
    public DiffusionEngine Diffusion => Current.Diffusion;

    /// <summary>Encodes for new turns.</summary>
    public EncoderDevice Encoder => Current.Encoder;

    /// <inheritdoc/>
    public IReadOnlyList<IEncoderDevice> Encoders => [.. (_devices?.All ?? []).Where(device => device.HasEncoder).Select(device => device.Encoder)];

    /// <summary>Whether the device does its work: its threads have come round within the time that a step may take.</summary>
    public bool IsAlive => _devices is null || _devices.All.All(device => device.IsAlive);

    /// <summary>Whether it takes new work.</summary>
    public bool IsReady => IsAlive && !_isDraining;

    /// <summary>The device of a worker's key.</summary>
    /// <exception cref="WorkerUnavailableException">It is not here, or no longer.</exception>
    public ServedDevice Find(string key)
    {
        var name = WorkerKey.Parse(key).Device;
        return _devices?.All.FirstOrDefault(device => device.Name == name) ?? throw new WorkerUnavailableException($"The worker '{key}' is gone: its model is not loaded.");
    }

    /// <summary>This silo's own worker of a role, and the hash of its model; null where it has none that takes work.</summary>
    /// <param name="role">One role.</param>
    /// <param name="model">Hash of the weights that it must run; null for those that new turns use.</param>
    internal (string Key, string Model)? FindOwn(WorkerRole role, string? model) =>
        _devices is not null && IsReady && _options.Roles.HasFlag(role) && _devices.All.FirstOrDefault(device => model is null ? device == Current : device.Model.Hash == model) is { } device
            ? (KeyOf(device), device.Model.Hash) : null;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _reporting = _devices is null ? Task.CompletedTask : Task.Run(() => ReportAsync(_devices), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Takes nothing new, waits for what it is doing, and leaves.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await BeginDrainingAsync();
        while (_spans.Count > 0 && Environment.TickCount64 < _drainEnds && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
        }

        await _stop.CancelAsync();
        await _reporting;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return; // the container offers it under several names, and disposes of each
        }

        await _leaving.DisposeAsync();
        await _stop.CancelAsync();
        await _reporting;
        await (_devices?.DisposeAsync() ?? ValueTask.CompletedTask);
        _gauges?.Dispose();
        _stop.Dispose();
    }

    private async Task BeginDrainingAsync()
    {
        if (!_isDraining)
        {
            (_drainEnds, _isDraining) = (Environment.TickCount64 + (long)_options.DrainTime.TotalMilliseconds, true);
            await TellAsync();
        }
    }

    private async Task ReportAsync(ServedDevices devices)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await TellAsync() is { } plan)
            {
                await FollowAsync(devices, plan);
            }

            await Task.Delay(BetweenReports, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await TellAsync();
    }

    // A device whose thread hangs is silent, and soon nobody's choice.
    private async Task<ModelPlan?> TellAsync()
    {
        if (!IsAlive)
        {
            _logger.LogError("The device '{Device}' has not made a step for {Time:0} s", _options.Device, _devices!.All.Max(device => device.SinceLastStep).TotalSeconds);
            return null;
        }

        ModelPlan? plan = null;
        try
        {
            var directory = _grains.GetGrain<IWorkerDirectoryGrain>(0);
            foreach (var worker in (_devices?.All ?? []).SelectMany(device => device.Workers(KeyOf(device), _isDraining)))
            {
                plan = await directory.ReportAsync(worker);
            }
        }
        catch (Exception problem)
        {
            _logger.LogDebug("The directory was not told: {Problem}", problem.Message);
        }

        return plan;
    }

    // What the silo has loaded the directory has been told before this.
    private async Task FollowAsync(ServedDevices devices, ModelPlan plan)
    {
        try
        {
            var problem = devices.Follow(plan);
            var served = _grains.GetGrain<IServedModelGrain>(0);
            if (plan.Next is { } next && problem is not null)
            {
                await served.FailedAsync(_silo.SiloAddress.ToParsableString(), next.Hash, problem);
            }
            else if (plan.Next is { } loading && devices.Has(loading.Hash))
            {
                await served.LoadedAsync(_silo.SiloAddress.ToParsableString(), loading.Hash);
            }

            if (devices.HasRetiring)
            {
                var workers = await _grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync();
                await devices.RetireAsync(model => workers.Any(worker => worker.Model == model && worker.Open > 0));
            }
        }
        catch (Exception problem)
        {
            _logger.LogDebug("The served model could not be followed: {Problem}", problem.Message); // with the next report it is tried again
        }
    }

    private string KeyOf(ServedDevice device) => new WorkerKey(_silo.SiloAddress, device.Name).ToString();
}
