using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Workflows;
using StackExchange.Redis;

namespace MmiGrains.Grains.Illustration;

/// <summary>
/// One document of a job. A loop beside the calls paints one figure after the other; every try is stored before it is asked for, and what came of it before
/// the next is begun. Whoever is activated next goes on from there.
/// </summary>
internal sealed class DocumentIllustratorGrain(
    IConnectionMultiplexer connection, StoreOptions store, DocumentStore documents, PaintRates rates, ILogger<DocumentIllustratorGrain> logger) : Grain, IDocumentIllustratorGrain
{
    private JobKey _job = null!;
    private int _number;
    private WorkflowRecord<DocumentRecord> _state = null!;
    private FigurePainter _painter = null!;
    private CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (_job, _number) = (JobKey.Parse(key), int.Parse(key[(key.LastIndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        _painter = new FigurePainter(GrainFactory, logger);
        var stored = new WorkflowState<DocumentRecord>(connection.GetDatabase(), $"{store.KeyPrefix}/workflow/document/{key}");
        _state = new WorkflowRecord<DocumentRecord>(stored, changed: () => { }, DeactivateOnIdle);
        return _state.ReadAsync();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _stop.CancelAsync();

    /// <inheritdoc/>
    public async Task<DocumentProgress> StartAsync(DocumentSpec spec, int generation)
    {
        if (_state.Value is not { } known)
        {
            await _state.ChangeAsync(_ => new DocumentRecord(spec) { Generation = generation });
        }
        else if (known.Generation < generation)
        {
            await _state.ChangeAsync(record => record with
            {
                Generation = generation,
                State = record.State is JobState.Paused or JobState.Failed ? JobState.Running : record.State,
                Problem = null,
            });
        }

        return Go();
    }

    /// <inheritdoc/>
    public async Task<DocumentProgress?> PauseAsync(int generation)
    {
        if (_state.Value is { State: JobState.Running } known && known.Generation <= generation)
        {
            await _state.ChangeAsync(record => record with { State = JobState.Paused });
        }

        return Progress;
    }

    /// <inheritdoc/>
    public async Task<DocumentProgress?> CancelAsync()
    {
        if (_state.Value is { State: not (JobState.Completed or JobState.Cancelled) })
        {
            await _state.ChangeAsync(record => record with { State = JobState.Cancelled });
            await StopAsync();
        }

        return Progress;
    }

    /// <inheritdoc/>
    public async Task<DocumentProgress> RepaintAsync(string figure, long seed)
    {
        var index = _state.Value?.Figures.ToList().FindIndex(one => one.Id == figure) ?? -1;
        if (index < 0 || _state.Value!.Figures[index].Kept == 0)
        {
            throw new InvalidJobException("unknown_figure", "figure", $"figure must be one that is painted; '{(figure.Length <= 80 ? figure : figure[..80])}' is not.");
        }

        await _state.ChangeAsync(record => record with { Anew = new WantedAnew(index, seed), State = JobState.Running, Problem = null });
        return Go();
    }

    /// <inheritdoc/>
    public Task<IllustratedDocument?> ReadAsync() =>
        Task.FromResult(_state.Value is { } record ? new IllustratedDocument(record.Spec, record.Figures, Progress!) : null);

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        if (_state.Value is { } record)
        {
            await _state.ChangeAsync(known => known with { State = JobState.Cancelled });
            await StopAsync();
            for (var session = 1; session <= record.SessionCount; session++)
            {
                await ForgetAsync(_job.Session(_number, session).ToString());
            }

            await _state.DeleteAsync();
        }

        DeactivateOnIdle();
    }

    private DocumentProgress? Progress => _state.Value is { } record ? record.Progress with { Revision = _state.Revision } : null;

    private DocumentProgress Go()
    {
        if (_state.Value is { State: JobState.Running } && _loop.IsCompleted)
        {
            _loop = new DocumentLoop(GrainFactory, _job, _number, _state, _painter, documents, rates, TellAsync, DeactivateOnIdle, logger).RunAsync(_stop.Token);
        }

        return Progress!;
    }

    private async Task StopAsync()
    {
        var open = _state.Value?.Figures.Select(figure => figure.Tries.LastOrDefault()).FirstOrDefault(one => one is { Image: null, Problem: null });
        await _stop.CancelAsync();
        await _loop;
        _stop = new CancellationTokenSource();
        if (open is not null)
        {
            await FigurePainter.CancelAsync(GrainFactory.GetGrain<IChatSessionGrain>($"{_job.Tenant}/{open.Session}"));
        }
    }

    private async Task ForgetAsync(string session)
    {
        try
        {
            await GrainFactory.GetGrain<IChatSessionGrain>(session).DeleteAsync();
        }
        catch (SessionNotFoundException)
        {
            // deleted before
        }
    }

    // The job asks by itself for what it was not told.
    private async Task TellAsync()
    {
        try
        {
            await GrainFactory.GetGrain<IIllustrationJobGrain>(_job.ToString()).ReportAsync(_number, Progress!);
        }
        catch (Exception problem)
        {
            logger.LogDebug("A job was not told of its document: {Problem}", problem.Message);
        }
    }
}
