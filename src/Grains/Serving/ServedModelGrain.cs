using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Workflows;
using StackExchange.Redis;

namespace MmiGrains.Grains.Serving;

/// <summary>Which model the cluster serves. Silos ask what to load with every report of theirs, and tell when they have it: so nothing here waits.</summary>
[RolePlacement(WorkerRole.Decoder)]
internal sealed class ServedModelGrain : Grain, IServedModelGrain
{
    private const int MostEarlier = 5;
    private static readonly TimeSpan LoadLimit = TimeSpan.FromMinutes(10);

    private readonly WorkflowState<ServedModelState> _state;
    private readonly DeviceOptions _options;
    private readonly DeviceHost _device;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServedModelGrain> _logger;
    private readonly PromotedModels _models;

    /// <param name="connection">To the store, where the promise lasts.</param>
    /// <param name="store">Its options.</param>
    /// <param name="options">Where models are.</param>
    /// <param name="device">What is served here.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Told what happens.</param>
    public ServedModelGrain(IConnectionMultiplexer connection, StoreOptions store, IOptions<DeviceOptions> options, DeviceHost device, TimeProvider clock, ILogger<ServedModelGrain> logger)
    {
        (_options, _device, _clock, _logger) = (options.Value, device, clock, logger);
        _state = new WorkflowState<ServedModelState>(connection.GetDatabase(), ServedModelState.Key(store.KeyPrefix));
        _models = new PromotedModels(_options.PromotedFolder);
    }

    private ServedModelState State => _state.Value ?? new ServedModelState();

    private IWorkerDirectoryGrain Directory => GrainFactory.GetGrain<IWorkerDirectoryGrain>(0);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken) => _state.ReadAsync();

    /// <inheritdoc/>
    public async Task<ServedModelInfo> PromoteAsync(string folder)
    {
        RequireNone();
        var current = State.Current ?? new ModelRef(_device.Model.Hash, null);
        var next = await Task.Run(() => _models.Take(folder, current.Folder ?? _options.Model));
        return next.Hash == current.Hash
            ? throw new InvalidPromotionException("model_served", $"The model '{folder}' is served already: its hash is {next.Hash}.")
            : await BeginAsync(State with { Current = current, Next = next, IsRollBack = false });
    }

    /// <inheritdoc/>
    public Task<ServedModelInfo> RollBackAsync()
    {
        RequireNone();
        return State.Earlier is [.., var last] ? BeginAsync(State with { Next = last, IsRollBack = true })
            : throw new InvalidPromotionException("nothing_earlier", "There is no model to go back to: none was served before the present one.");
    }

    /// <inheritdoc/>
    public async Task<ServedModelInfo> ReadAsync() => Info(State, State.Next is null ? [] : Waiting(await Directory.ListAsync(), State.Next.Hash));

    /// <inheritdoc/>
    public Task<ModelPlan> PlanAsync() => Task.FromResult(new ModelPlan(State.Current, State.Next));

    /// <inheritdoc/>
    public async Task LoadedAsync(string silo, string hash)
    {
        if (State.Next is not { } next || next.Hash != hash)
        {
            return;
        }

        var waiting = Waiting(await Directory.ListAsync(), hash);
        if (waiting.Count == 0)
        {
            await SwitchAsync(next);
        }
        else if (_clock.GetUtcNow() - State.Begun > LoadLimit)
        {
            await GiveUpAsync($"The model {hash[..8]} was not loaded within {LoadLimit.TotalMinutes:0} min by {string.Join(", ", waiting)}.");
        }
    }

    /// <inheritdoc/>
    public Task FailedAsync(string silo, string hash, string problem) =>
        State.Next?.Hash == hash ? GiveUpAsync($"The silo {silo} cannot load the model {hash[..8]}: {problem}") : Task.CompletedTask;

    // Silos of the roles that serve, without a worker for the model in each of them.
    private static IReadOnlyList<string> Waiting(IReadOnlyList<WorkerInfo> workers, string hash)
    {
        var serving = workers.Where(worker => !worker.IsDraining && worker.Role != WorkerRole.Trainer).ToLookup(worker => WorkerKey.Parse(worker.Key).Silo);
        return [.. serving.Where(silo => silo.Select(worker => worker.Role).Distinct().Count() > silo.Count(worker => worker.Model == hash)).Select(silo => silo.Key.ToParsableString())];
    }

    private async Task<ServedModelInfo> BeginAsync(ServedModelState state)
    {
        await WriteAsync(state with { Begun = _clock.GetUtcNow(), Problem = null });
        _logger.LogInformation("The model {Hash} is being loaded, to take the place of {Current}", state.Next!.Hash, state.Current!.Hash);
        return await ReadAsync();
    }

    private async Task SwitchAsync(ModelRef next)
    {
        var earlier = State.IsRollBack ? State.Earlier.SkipLast(1) : State.Earlier.Append(State.Current!).TakeLast(MostEarlier);
        await WriteAsync(State with { Current = next, Next = null, Since = _clock.GetUtcNow(), Earlier = [.. earlier] });
        _logger.LogInformation("New turns use the model {Hash}", next.Hash);
        try
        {
            // The one that is being left still answers turns; its files are read and no longer needed.
            await Task.Run(() => _models.KeepOnly([next, .. State.Earlier]));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("Copies of models that are no longer needed stay: {Problem}", problem.Message);
        }
    }

    private Task GiveUpAsync(string problem)
    {
        _logger.LogWarning("The promotion is given up. {Problem}", problem);
        return WriteAsync(State with { Next = null, Problem = problem });
    }

    private async Task WriteAsync(ServedModelState state)
    {
        try
        {
            await _state.WriteAsync(state);
        }
        catch (StoreException)
        {
            DeactivateOnIdle(); // what is stored is read anew
            throw;
        }

        await Directory.FollowAsync(new ModelPlan(state.Current, state.Next));
    }

    private void RequireNone()
    {
        if (State.Next is { } next)
        {
            throw new InvalidPromotionException("promotion_running", $"The model {next.Hash[..8]} is being loaded already; one promotion at a time.");
        }
    }

    private static ServedModelInfo Info(ServedModelState state, IReadOnlyList<string> waiting) =>
        new(new ModelPlan(state.Current, state.Next), state.Since) { Earlier = state.Earlier, Problem = state.Problem, Waiting = waiting };
}
