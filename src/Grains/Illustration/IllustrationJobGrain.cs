using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Workflows;
using StackExchange.Redis;

namespace MmiGrains.Grains.Illustration;

/// <summary>
/// A batch of documents, some of them worked on at a time, each by its own grain. What is decided is stored before a document hears of it; a document that was
/// not told, or whose news was lost, is asked when the job is woken.
/// </summary>
internal sealed class IllustrationJobGrain(
    IConnectionMultiplexer connection, StoreOptions store, JobIndex index, DocumentStore documents, JobOptions options, JobWebhook webhook, TimeProvider clock, ILogger<IllustrationJobGrain> logger)
    : Grain, IIllustrationJobGrain, IRemindable
{
    private const string ReminderName = "go-on";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5), BetweenWakes = TimeSpan.FromSeconds(1), BetweenReminders = TimeSpan.FromMinutes(1);

    private readonly ChangeSignal _signal = new();
    private readonly JobLedger _ledger = new();
    private readonly CancellationTokenSource _stop = new();
    private JobKey _key = null!;
    private WorkflowRecord<IllustrationSpec> _spec = null!;
    private WorkflowRecord<JobRecord> _state = null!;
    private long _woken;
    private Task _telling = Task.CompletedTask;

    private JobRecord Record => _state.Value ?? throw new JobNotFoundException(_key.Job);

    private IllustrationSpec Spec => _spec.Value ?? throw new StateLostException($"The job '{_key.Job}' has lost its documents.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = JobKey.Parse(this.GetPrimaryKeyString());
        var (database, name) = (connection.GetDatabase(), $"{store.KeyPrefix}/workflow/job/{_key}");
        _spec = new WorkflowRecord<IllustrationSpec>(new WorkflowState<IllustrationSpec>(database, name + ":spec"), _signal.Set, DeactivateOnIdle);
        _state = new WorkflowRecord<JobRecord>(new WorkflowState<JobRecord>(database, name), _signal.Set, DeactivateOnIdle);
        await _spec.ReadAsync();
        await _state.ReadAsync();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _signal.Set();
        return _stop.CancelAsync();
    }

    /// <inheritdoc/>
    public async Task<IllustrationStatus> StartAsync(IllustrationSpec spec)
    {
        JobRules.Check(spec, options);
        if (_state.Value is null)
        {
            foreach (var document in spec.Documents)
            {
                await documents.KeepAsync(_key.ToString(), document.Content);
            }

            // Entered first: a job that is promised is never in no list.
            await index.EnterAsync(_key.Tenant, _key.Job, clock.GetUtcNow());
            await _spec.ChangeAsync(_ => spec);
            await _state.ChangeAsync(_ => new JobRecord
            {
                Created = clock.GetUtcNow(),
                Budget = spec.Budget,
                Documents = [.. spec.Documents.Select(document => new DocumentProgress(document.Name, JobState.Waiting, 0, document.Plan.Figures.Count, 0))],
            });
            await RemindAsync();
        }
        else if (!Spec.Documents.Select(document => (document.Name, document.Content)).SequenceEqual(spec.Documents.Select(document => (document.Name, document.Content))))
        {
            throw new InvalidJobException("job_conflict", "id", $"The job '{_key.Job}' was begun with other documents.");
        }

        await AdvanceAsync();
        return Status();
    }

    /// <inheritdoc/>
    public Task<IllustrationStatus> GetAsync() => Task.FromResult(Status());

    /// <inheritdoc/>
    public async Task<IllustrationStatus> WaitAsync(string version)
    {
        _ = Record;
        await _signal.WaitAsync(version, LongestWait);
        return Status();
    }

    /// <inheritdoc/>
    public async Task<IllustrationStatus> PauseAsync()
    {
        if (Record.State == JobState.Running)
        {
            await _state.ChangeAsync(record => record with { State = JobState.Paused });
            await AdvanceAsync();
        }

        return Status();
    }

    /// <inheritdoc/>
    public async Task<IllustrationStatus> ResumeAsync(int? budget)
    {
        if (budget is < 1)
        {
            throw new InvalidJobException("invalid_value", "budget", $"budget must be at least 1 picture; it is {budget}.");
        }

        if (Record.State is JobState.Paused or JobState.Failed)
        {
            await index.OpenAsync(_key.ToString());
            await _state.ChangeAsync(record => JobChanges.Resumed(record, budget));
            await RemindAsync();
            await AdvanceAsync();
        }
        else if (budget is not null && Record.State == JobState.Running)
        {
            await _state.ChangeAsync(record => record with { Budget = budget });
        }

        return Status();
    }

    /// <inheritdoc/>
    public async Task<IllustrationStatus> CancelAsync()
    {
        if (!Record.IsOver || Record.State == JobState.Failed)
        {
            await index.OpenAsync(_key.ToString());
            await _state.ChangeAsync(record => record with { State = JobState.Cancelled, Ended = clock.GetUtcNow(), IsTold = false });
            await AdvanceAsync();
        }

        return Status();
    }

    /// <inheritdoc/>
    public async Task<IllustrationStatus> RepaintAsync(int document, string figure, long seed)
    {
        if (seed is < 0 or > int.MaxValue)
        {
            throw new InvalidJobException("invalid_value", "seed", $"seed must be 0 to {int.MaxValue}; it is {seed}.");
        }

        await index.OpenAsync(_key.ToString());
        var progress = await Document(document).RepaintAsync(figure, seed);
        await _state.ChangeAsync(record => JobChanges.Reopened(JobChanges.With(record, document, progress), document));
        await RemindAsync();
        await AdvanceAsync();
        return Status();
    }

    /// <inheritdoc/>
    public async Task<IllustratedDocument> GetDocumentAsync(int document)
    {
        var spec = Record.Documents.Count > document && document >= 0 ? Spec.Documents[document]
            : throw new InvalidJobException("unknown_document", "document", $"document must be 0 to {Record.Documents.Count - 1}; it is {document}.");
        return await Document(document).ReadAsync()
            ?? new IllustratedDocument(spec, [.. spec.Plan.Figures.Select(one => new IllustratedFigure(one.Id, [], 0))], Record.Documents[document]);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        var record = Record;
        if (!record.IsOver)
        {
            await _state.ChangeAsync(known => known with { State = JobState.Cancelled, Ended = clock.GetUtcNow() });
        }

        for (var i = 0; i < record.Documents.Count; i++)
        {
            await Document(i).DeleteAsync();
            await documents.DeleteAsync(_key.ToString(), Spec.Documents[i].Content);
        }

        await ForgetReminderAsync();
        await index.RemoveAsync(_key.Tenant, _key.Job);
        await _state.DeleteAsync();
        await _spec.DeleteAsync();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task WakeAsync()
    {
        if (_state.Value is null)
        {
            await index.CloseAsync(_key.ToString()); // entered, and never begun
            await ForgetReminderAsync();
        }
        else if (_woken == 0 || clock.GetElapsedTime(_woken) > BetweenWakes)
        {
            _woken = clock.GetTimestamp();
            await AdvanceAsync();
        }
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => WakeAsync();

    /// <inheritdoc/>
    public async Task ReportAsync(int document, DocumentProgress progress)
    {
        if (_state.Value is { } record && document < record.Documents.Count)
        {
            await TakeAsync(document, progress);
            if (progress.State != JobState.Running)
            {
                _woken = 0; // the next wake fills its place
                this.AsReference<IIllustrationJobGrain>().WakeAsync().Ignore();
            }
        }
    }

    /// <inheritdoc/>
    public Task<string?> GrantAsync(int document, int tries) => Task.FromResult(_ledger.Refusal(Record, document, tries));

    private IDocumentIllustratorGrain Document(int number) => GrainFactory.GetGrain<IDocumentIllustratorGrain>(_key.Document(number));

    private IllustrationStatus Status()
    {
        var (record, now) = (Record, _ledger.Now(Record));
        return new IllustrationStatus(_key.Job, record.State, now)
        {
            Version = _signal.Version,
            Budget = record.Budget,
            Created = record.Created,
            Ended = record.Ended,
            Problem = record.Problem,
            SecondsLeft = record.State == JobState.Running ? JobEstimate.SecondsLeft(now, Spec.Parallel) : null,
        };
    }

    // Brings the documents to where the record says that they are, and the record on by what they say.
    private async Task AdvanceAsync()
    {
        do
        {
            await _state.ChangeAsync(known => JobChanges.Begun(known, Spec.Parallel));
            var (record, spec) = (Record, Spec);
            await Task.WhenAll(JobChanges.Unsettled(record).Select(async i =>
            {
                var document = Document(i);
                await TakeAsync(i, record.State switch
                {
                    JobState.Running => await document.StartAsync(spec.Documents[i], record.Generation),
                    JobState.Paused => await document.PauseAsync(record.Generation) ?? record.Documents[i] with { State = JobState.Waiting, Generation = record.Generation },
                    _ => await document.CancelAsync() ?? record.Documents[i] with { State = JobState.Cancelled, Generation = record.Generation },
                });
            }));
            _ledger.IsKnown = true;
            await _state.ChangeAsync(known => JobChanges.Concluded(known, clock.GetUtcNow()));
        }
        while (JobChanges.Begun(Record, Spec.Parallel) != Record); // a place is free

        await CloseAsync();
    }

    private async Task TakeAsync(int document, DocumentProgress progress)
    {
        if (!_ledger.Take(Record, document, progress))
        {
            return;
        }

        // By what is known when its turn comes: another's news may have been taken while this waited.
        await _state.ChangeAsync(record => JobChanges.With(record, document, _ledger.Now(record, document)));
        _signal.Set();
    }

    // Told of its end, if somebody wants to be, and then off the list of those that have something to do.
    private async Task CloseAsync()
    {
        if (Record.State == JobState.Paused && Record.Documents.All(one => one.State != JobState.Running))
        {
            await index.CloseAsync(_key.ToString());
            await ForgetReminderAsync();
        }
        else if (Record.IsOver && Record.Documents.All(one => one.State != JobState.Running) && _telling.IsCompleted)
        {
            _telling = TellAsync();
        }
    }

    private async Task TellAsync()
    {
        try
        {
            if (!Record.IsTold)
            {
                if (Spec.Webhook is { } address)
                {
                    await webhook.TellAsync(address, Status(), _stop.Token);
                }

                await _state.ChangeAsync(record => record.IsOver ? record with { IsTold = true } : record);
            }

            if (Record.IsOver)
            {
                await ForgetReminderAsync();
                await index.CloseAsync(_key.ToString());
            }
        }
        catch (Exception problem)
        {
            logger.LogDebug("The job {Job} is not closed yet: {Problem}", _key, problem.Message);
        }
    }

    private Task RemindAsync() => this.RegisterOrUpdateReminder(ReminderName, BetweenReminders, BetweenReminders);

    private async Task ForgetReminderAsync()
    {
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }
}
