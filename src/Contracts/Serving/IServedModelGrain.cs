using Orleans.Concurrency;

namespace MmiGrains.Contracts.Serving;

/// <summary>
/// Which model the cluster serves; one in the cluster (key 0). A promotion is in the store before a silo is asked to load: new turns use the new
/// model once every silo has it in all its roles, running turns finish on the one that they began with, and a silo that starts later loads the new one.
/// </summary>
[Alias("mmi.IServedModelGrain")]
public interface IServedModelGrain : IGrainWithIntegerKey
{
    /// <summary>Begins to serve the model of a folder; the folder is copied.</summary>
    /// <param name="folder">A model's folder or a training checkpoint, as the silos see it.</param>
    /// <exception cref="Errors.InvalidPromotionException">It cannot be served here, or another promotion is under way.</exception>
    [Alias("Promote")]
    Task<ServedModelInfo> PromoteAsync(string folder);

    /// <summary>Begins to serve again what was served before.</summary>
    /// <exception cref="Errors.InvalidPromotionException">Nothing was, or another promotion is under way.</exception>
    [Alias("RollBack")]
    Task<ServedModelInfo> RollBackAsync();

    /// <summary>How it stands.</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<ServedModelInfo> ReadAsync();

    /// <summary>Which models silos shall have loaded.</summary>
    [Alias("Plan"), AlwaysInterleave]
    Task<ModelPlan> PlanAsync();

    /// <summary>A silo says, again and again while a promotion is under way, that it has loaded the next model and told the directory so.</summary>
    [Alias("Loaded")]
    Task LoadedAsync(string silo, string hash);

    /// <summary>A silo cannot load the next model: the promotion is given up.</summary>
    [Alias("Failed")]
    Task FailedAsync(string silo, string hash, string problem);
}
