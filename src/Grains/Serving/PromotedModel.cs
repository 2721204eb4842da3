using MmiGrains.Contracts.Serving;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Workflows;

namespace MmiGrains.Grains.Serving;

/// <summary>What a cluster serves, as a silo asks before it has joined: so it need not load another model first.</summary>
public static class PromotedModel
{
    /// <summary>The model; null where none was ever promoted.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public static async Task<ModelRef?> ReadAsync(ClusterStore store)
    {
        var state = new WorkflowState<ServedModelState>(store.Connection.GetDatabase(), ServedModelState.Key(store.Options.KeyPrefix));
        await state.ReadAsync();
        return state.Value?.Current;
    }
}
