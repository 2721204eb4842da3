using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;

namespace MmiGrains.Grains.Training;

/// <summary>
/// The trainer of a silo with that role: which job has it, and the task that it works on. Tells the directory every second that it is there;
/// a job that has not asked for it for a while has lost it.
/// </summary>
public sealed class TrainerDevice : BackgroundService
{
    private const int ReportTries = 3;
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly bool _isTrainer;
    private readonly IGrainFactory _grains;
    private readonly ILogger<TrainerDevice> _logger;
    private readonly TrainerTasks _tasks;
    private TrainerStatus _status = new(null, default, TrainerTaskState.None);
    private CancellationTokenSource _cancel = new();
    private Task _running = Task.CompletedTask;
    private long _heard;
    private bool _isDraining;
    private int _disposed;

    /// <param name="options">Whether the silo trains, and its device's name.</param>
    /// <param name="grains">Reaches the cluster.</param>
    /// <param name="silo">Whose trainer this is.</param>
    /// <param name="spans">What the silo serves, which goes first.</param>
    /// <param name="logger">Told what happens.</param>
    public TrainerDevice(IOptions<DeviceOptions> options, IGrainFactory grains, ILocalSiloDetails silo, OpenSpans spans, ILogger<TrainerDevice> logger)
    {
        (_grains, _logger, _isTrainer) = (grains, logger, options.Value.Roles.HasFlag(WorkerRole.Trainer));
        Key = new WorkerKey(silo.SiloAddress, options.Value.Device).ToString();
        _tasks = new TrainerTasks(Key, grains, new ServingGate(spans), logger);
    }

    /// <summary>The trainer's key.</summary>
    public string Key { get; }

    /// <summary>Takes a task on, in place of what it has of that job.</summary>
    internal bool Start(TrainerTask task)
    {
        lock (_gate)
        {
            var isOwn = _status.Job == task.Job;
            if (!_isTrainer || _isDraining || (!isOwn && (IsWanted || task.Kind != TrainerTaskKind.Attach)) || (isOwn && task.Id < _status.Task))
            {
                return false;
            }

            _heard = Environment.TickCount64;
            if (isOwn && task.Id == _status.Task)
            {
                return true;
            }

            var before = _running;
            _cancel.Cancel();
            _cancel = new CancellationTokenSource();
            var token = _cancel.Token;
            _status = task.Kind == TrainerTaskKind.Attach ? new TrainerStatus(task.Job, task.Id, TrainerTaskState.Running)
                : _status with { Task = task.Id, State = TrainerTaskState.Running, Problem = null };
            _running = Task.Run(() => RunAsync(task, before, token), CancellationToken.None);
            return true;
        }
    }

    /// <summary>What it has and how far that is.</summary>
    internal TrainerStatus Read(string? job)
    {
        lock (_gate)
        {
            _heard = job is not null && job == _status.Job ? Environment.TickCount64 : _heard;
            return _status;
        }
    }

    /// <summary>Lets a job's trainer go: what it computes ends with the lease.</summary>
    internal void Release(string job)
    {
        lock (_gate)
        {
            if (_status.Job == job)
            {
                Forget();
            }
        }
    }

    /// <summary>What another trainer of the job needs to join.</summary>
    internal Task<TrainerState> DescribeStateAsync(string job) => IsIdle(job) ? _tasks.DescribeStateAsync() : throw NotHere();

    /// <summary>A piece of this trainer's state.</summary>
    internal Task<PieceBytes> ReadStateAsync(string job, int piece) => IsIdle(job) ? _tasks.ReadStateAsync(piece) : throw NotHere();

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isDraining = true;
            Forget();
        }

        await base.StopAsync(cancellationToken);
        await Task.WhenAny(_running, Task.Delay(Patience, cancellationToken));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return; // the container offers it under several names, and disposes of each
        }

        base.Dispose();
        _cancel.Cancel();
        _tasks.Dispose();
        _cancel.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_isTrainer)
        {
            await TellAsync();
            if (stoppingToken.IsCancellationRequested)
            {
                return; // the last report says that it leaves
            }

            await Task.Delay(BetweenReports, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsWanted => _status.Job is not null && Environment.TickCount64 - _heard < Patience.TotalMilliseconds;

    private async Task TellAsync()
    {
        WorkerInfo info;
        lock (_gate)
        {
            if (_status.Job is not null && !IsWanted)
            {
                _logger.LogInformation("The job {Job} has not asked for its trainer any more", _status.Job);
                Forget();
            }

            info = new WorkerInfo(Key, WorkerRole.Trainer, "") { Open = _status.Job is null ? 0 : 1, IsDraining = _isDraining };
        }

        try
        {
            await _grains.GetGrain<IWorkerDirectoryGrain>(0).ReportAsync(info);
        }
        catch (Exception problem)
        {
            _logger.LogDebug("The directory was not told: {Problem}", problem.Message);
        }
    }

    private async Task RunAsync(TrainerTask task, Task before, CancellationToken cancellation)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var running = Read(null) with { Task = task.Id, Values = new Dictionary<string, double>(), Checkpoint = null, Model = null };
        TrainerStatus done;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            done = await _tasks.RunAsync(task, running, cancellation);
        }
        catch (Exception problem)
        {
            var isFinal = problem is ConfigException or NonFiniteLossException or DataException or CheckpointMismatchException or WeightFileException
                or FileNotFoundException or DirectoryNotFoundException or InvalidDataException;
            done = await _tasks.LocateAsync(running with { State = isFinal ? TrainerTaskState.Failed : TrainerTaskState.Lost, Problem = problem.Message });
            if (!cancellation.IsCancellationRequested)
            {
                _logger.LogWarning("The task {Kind} of {Job} was not done: {Problem}", task.Kind, task.Job, problem.Message);
            }
        }

        lock (_gate)
        {
            if (_status.Job != task.Job || _status.Task != task.Id)
            {
                return; // something newer has begun
            }

            _status = done;
        }

        await ReportAsync(task.Job, done);
    }

    // The job asks too; this only spares it the wait.
    private async Task ReportAsync(string job, TrainerStatus status)
    {
        for (var attempt = 1; attempt <= ReportTries; attempt++)
        {
            try
            {
                await _grains.GetGrain<ITrainingJobGrain>(job).ReportAsync(Key, status);
                return;
            }
            catch (Exception problem)
            {
                _logger.LogDebug("The job {Job} was not told: {Problem}", job, problem.Message);
                await Task.Delay(100 * attempt);
            }
        }
    }

    private void Forget()
    {
        var before = _running;
        _cancel.Cancel();
        _status = new TrainerStatus(null, default, TrainerTaskState.None);
        _running = Task.Run(async () =>
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _tasks.ReleaseAsync();
        });
    }

    private bool IsIdle(string job)
    {
        lock (_gate)
        {
            _heard = job == _status.Job ? Environment.TickCount64 : _heard;
            return _status.Job == job && _status.State != TrainerTaskState.Running;
        }
    }

    private static RoundLostException NotHere() => new("The trainer has not got the job, or works on it just now.");
}
