using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Engines.ImageEncoding;

namespace MmiGrains.Grains.Hosting;

/// <summary>One model on a silo's device: its weights, the engines that the silo's roles call for, and the thread that drives them.</summary>
public sealed class ServedDevice : IDisposable
{
    private static readonly TimeSpan EndMemory = TimeSpan.FromSeconds(30);

    private readonly DeviceOptions _options;
    private readonly DecoderEngine? _decoder;
    private readonly DiffusionEngine? _diffusion;
    private readonly EncoderDevice? _encoder;
    private readonly DeviceThread _thread;
    private readonly DeviceGauges _gauges;
    private readonly FeatureCache _features;
    private readonly DoneRate _encoded = Done(), _decoded = Done(), _painted = Done();
    private readonly DoneRate _encodingsEnded = Done(EndMemory), _spansEnded = Done(EndMemory), _paintingsEnded = Done(EndMemory);

    /// <param name="name">Unique on the silo.</param>
    /// <param name="folder">The model's.</param>
    /// <param name="options">What the silo offers.</param>
    /// <param name="features">Where encoded images are kept.</param>
    /// <param name="spill">Where encoded images go that the memory has no room for; null for nowhere.</param>
    /// <param name="decoder">Decodes images' files; null for this process.</param>
    /// <exception cref="Model.Weights.WeightFileException">A file is missing, damaged, or not what the manifest says.</exception>
    public ServedDevice(string name, string folder, DeviceOptions options, FeatureCache features, IPyramidSpill? spill, IPictureDecoder? decoder)
    {
        (Name, _options, _features, Model) = (name, options, features, ServedModel.Load(folder));
        _gauges = new DeviceGauges(Model.Hash);
        var engines = new List<IEngine>();
        if (options.Roles.HasFlag(WorkerRole.Encoder))
        {
            var encoder = new EncoderEngine(Model.Network, options.Encoder);
            engines.Add(encoder);
            _encoder = new EncoderDevice(name, EncoderName, Model.Config, encoder, options.Encoder, features, spill, decoder);
        }

        if (options.Roles.HasFlag(WorkerRole.Decoder))
        {
            engines.Add(_decoder = new DecoderEngine(Model.Network, options.Decoder, options.Format));
            _gauges.Add(_decoder, options.Decoder.Blocks);
        }

        if (options.Roles.HasFlag(WorkerRole.Diffusion))
        {
            engines.Add(_diffusion = new DiffusionEngine(Model.Network, options.Diffusion));
            _gauges.Add(_diffusion);
        }

        _thread = new DeviceThread(name, engines);
    }

    /// <summary>Unique on the silo; the second half of its workers' key.</summary>
    public string Name { get; }

    /// <summary>The model.</summary>
    public ServedModel Model { get; }

    /// <summary>Decodes.</summary>
    public DecoderEngine Decoder => _decoder ?? throw Missing("decoder");

    /// <summary>Paints.</summary>
    public DiffusionEngine Diffusion => _diffusion ?? throw Missing("diffusion worker");

    /// <summary>Encodes.</summary>
    public EncoderDevice Encoder => _encoder ?? throw Missing("encoder");

    /// <summary>Whether it encodes.</summary>
    public bool HasEncoder => _encoder is not null;

    /// <summary>Whose features the model reads.</summary>
    public string EncoderName => EncoderIdentity.Of(Model.Hash, Model.Config, Model.Network.Type);

    /// <summary>Time since its thread has come round.</summary>
    public TimeSpan SinceLastStep => _thread.SinceLastStep;

    /// <summary>Whether it has come round within the time that a step may take.</summary>
    public bool IsAlive => SinceLastStep < _options.StepTime;

    /// <summary>What it offers, how busy it is, and what it did since it was last asked. For one asker.</summary>
    /// <param name="key">The workers' key.</param>
    /// <param name="isDraining">Whether its silo is about to leave.</param>
    public IEnumerable<WorkerInfo> Workers(string key, bool isDraining)
    {
        WorkerInfo Info(WorkerRole role, int open, int slots, int waiting, double rate) =>
            new(key, role, Model.Hash) { Open = open, Slots = slots, Limit = slots + waiting, Rate = rate, IsDraining = isDraining };
        if (_encoder is not null)
        {
            yield return Info(WorkerRole.Encoder, _encoder.OpenCount, _options.Encoder.MaxBatch, _options.Encoder.MaxWaiting, _encoded.Next(_encoder.EncodedCount)) with
            {
                CacheBytes = _features.ByteCount,
                CacheLimit = _features.ByteBudget,
                EndRate = _encodingsEnded.Next(_encoder.EncodedCount),
            };
        }

        if (_decoder is not null)
        {
            yield return Info(WorkerRole.Decoder, _decoder.OpenCount, _options.Decoder.MaxRunning, _options.Decoder.MaxWaiting, _decoded.Next(_decoder.TokenCount)) with
            {
                FreeShare = (double)_decoder.FreeBlocks / _options.Decoder.Blocks,
                EndRate = _spansEnded.Next(_decoder.EndedCount),
            };
        }

        if (_diffusion is not null)
        {
            yield return Info(WorkerRole.Diffusion, _diffusion.OpenCount, _options.Diffusion.MaxBatch, _options.Diffusion.MaxWaiting, _painted.Next(_diffusion.StepCount)) with
            {
                EndRate = _paintingsEnded.Next(_diffusion.EndedCount),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gauges.Dispose();
        _thread.Dispose();
        Model.Dispose();
    }

    private static DoneRate Done(TimeSpan memory = default) => new(TimeProvider.System, memory);

    private WorkerUnavailableException Missing(string what) => new($"The device '{Name}' has no {what}.");
}
