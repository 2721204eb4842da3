using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Engines.ImageEncoding;

namespace MmiGrains.Grains.Hosting;

/// <summary>
/// A silo's device: the model, the engines that its roles call for, and the thread that drives them. Tells the directory every second that it
/// is there and how busy; when the silo leaves, it takes nothing new and finishes what it has.
/// </summary>
public sealed class DeviceHost : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);

    private readonly DeviceOptions _options;
    private readonly IGrainFactory _grains;
    private readonly ILocalSiloDetails _silo;
    private readonly OpenSpans _spans;
    private readonly ILogger<DeviceHost> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ServedModel? _model;
    private readonly DecoderEngine? _decoder;
    private readonly DiffusionEngine? _diffusion;
    private readonly EncoderDevice? _encoder;
    private readonly DeviceThread? _thread;
    private readonly DeviceGauges? _gauges;
    private Task _reporting = Task.CompletedTask;
    private volatile bool _isDraining;
    private int _disposed;

    /// <param name="options">What to offer.</param>
    /// <param name="grains">Reaches the directory.</param>
    /// <param name="silo">Whose device this is.</param>
    /// <param name="spans">What is being worked on.</param>
    /// <param name="features">Where encoded images are kept.</param>
    /// <param name="logger">Told what happens.</param>
    /// <param name="spill">Where encoded images go that the memory has no room for; null for nowhere.</param>
    /// <param name="decoder">Decodes images' files; null for this process.</param>
    public DeviceHost(
        IOptions<DeviceOptions> options, IGrainFactory grains, ILocalSiloDetails silo, OpenSpans spans, FeatureCache features, ILogger<DeviceHost> logger, IPyramidSpill? spill = null,
        IPictureDecoder? decoder = null)
    {
        (_options, _grains, _silo, _spans, _logger) = (options.Value, grains, silo, spans, logger);
        var roles = _options.Roles;
        if ((roles & (WorkerRole.Decoder | WorkerRole.Diffusion | WorkerRole.Encoder)) == 0)
        {
            return;
        }

        _model = ServedModel.Load(_options.Model);
        _gauges = new DeviceGauges(features);
        var engines = new List<IEngine>();
        if (roles.HasFlag(WorkerRole.Encoder))
        {
            var encoder = new EncoderEngine(_model.Network, _options.Encoder);
            engines.Add(encoder);
            _encoder = new EncoderDevice(_options.Device, EncoderName, _model.Config, encoder, _options.Encoder, features, spill, decoder);
        }

        if (roles.HasFlag(WorkerRole.Decoder))
        {
            engines.Add(_decoder = new DecoderEngine(_model.Network, _options.Decoder, _options.Format));
            _gauges.Add(_decoder, _options.Decoder.Blocks);
        }

        if (roles.HasFlag(WorkerRole.Diffusion))
        {
            engines.Add(_diffusion = new DiffusionEngine(_model.Network, _options.Diffusion));
            _gauges.Add(_diffusion);
        }

        _thread = new DeviceThread(_options.Device, engines);
    }

    /// <summary>The model.</summary>
    public ServedModel Model => _model ?? throw Missing("model");

    /// <summary>Decodes.</summary>
    public DecoderEngine Decoder => _decoder ?? throw Missing("decoder");

    /// <summary>Paints.</summary>
    public DiffusionEngine Diffusion => _diffusion ?? throw Missing("diffusion worker");

    /// <summary>Encodes.</summary>
    public EncoderDevice Encoder => _encoder ?? throw Missing("encoder");

    /// <summary>Whose features this silo's model reads.</summary>
    public string EncoderName => EncoderIdentity.Of(Model.Hash, Model.Config, Model.Network.Type);

    /// <summary>Whether the device does its work: its thread has come round within the time that a step may take.</summary>
    public bool IsAlive => _thread is null || _thread.SinceLastStep < _options.StepTime;

    /// <summary>Whether it takes new work.</summary>
    public bool IsReady => IsAlive && !_isDraining;

    /// <summary>The key of this silo's workers.</summary>
    public string WorkerKeyText => new WorkerKey(_silo.SiloAddress, _options.Device).ToString();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _reporting = _thread is null ? Task.CompletedTask : Task.Run(ReportAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Takes nothing new, waits for what it is doing, and leaves.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        await TellAsync();
        var until = DateTimeOffset.UtcNow + _options.DrainTime;
        while (_spans.Count > 0 && DateTimeOffset.UtcNow < until && !cancellationToken.IsCancellationRequested)
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

        await _stop.CancelAsync();
        await _reporting;
        _gauges?.Dispose();
        _thread?.Dispose();
        _model?.Dispose();
        _stop.Dispose();
    }

    private async Task ReportAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await TellAsync();
            await Task.Delay(BetweenReports, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await TellAsync();
    }

    // A device whose thread hangs is silent, and soon nobody's choice.
    private async Task TellAsync()
    {
        if (!IsAlive)
        {
            _logger.LogError("The device '{Device}' has not made a step for {Time:0} s", _options.Device, _thread!.SinceLastStep.TotalSeconds);
            return;
        }

        try
        {
            var directory = _grains.GetGrain<IWorkerDirectoryGrain>(0);
            foreach (var worker in Workers())
            {
                await directory.ReportAsync(worker);
            }
        }
        catch (Exception problem)
        {
            _logger.LogDebug("The directory was not told: {Problem}", problem.Message);
        }
    }

    private IEnumerable<WorkerInfo> Workers()
    {
        var (options, key) = (_options, WorkerKeyText);
        WorkerInfo Info(WorkerRole role, int open, int slots, int waiting, double free) =>
            new(key, role, _model!.Hash) { Open = open, Slots = slots, Limit = slots + waiting, FreeShare = free, IsDraining = _isDraining };
        if (_encoder is not null)
        {
            yield return Info(WorkerRole.Encoder, _encoder.OpenCount, options.Encoder.MaxBatch, options.Encoder.MaxWaiting, 1);
        }

        if (_decoder is not null)
        {
            var free = (double)_decoder.FreeBlocks / options.Decoder.Blocks;
            yield return Info(WorkerRole.Decoder, _decoder.OpenCount, options.Decoder.MaxRunning, options.Decoder.MaxWaiting, free);
        }

        if (_diffusion is not null)
        {
            yield return Info(WorkerRole.Diffusion, _diffusion.OpenCount, options.Diffusion.MaxBatch, options.Diffusion.MaxWaiting, 1);
        }
    }

    private WorkerUnavailableException Missing(string what) => new($"The silo '{_silo.SiloAddress}' has no {what}.");
}
