using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using StackExchange.Redis;

namespace MmiGrains.Grains.Training;

/// <summary>A tenant's training jobs, read from the store without waking any.</summary>
/// <param name="connection">The store.</param>
/// <param name="options">What its keys begin with.</param>
public sealed class TrainingJobs(IConnectionMultiplexer connection, StoreOptions options)
{
    private readonly TrainingJobStore _store = new(connection, options);

    /// <summary>The newest jobs, newest first, as they were last stored; who trains is not told.</summary>
    public async Task<IReadOnlyList<TrainingJobInfo>> ListAsync(string tenant, int count)
    {
        var jobs = new List<TrainingJobInfo>();
        foreach (var job in await _store.ListAsync(tenant, count))
        {
            if (await _store.ReadAsync(job) is { } state)
            {
                jobs.Add(TrainingJobGrain.Describe(job[(tenant.Length + 1)..], state, ConfigFile.Parse<TrainingRecipe>(state.Spec.Recipe), []));
            }
        }

        return jobs;
    }
}
