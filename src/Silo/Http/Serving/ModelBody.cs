using MmiGrains.Contracts.Serving;

namespace MmiGrains.Silo.Http.Serving;

/// <summary>What the cluster serves.</summary>
/// <param name="Current">Hash of the model of new turns; null where every silo serves what it was started with.</param>
/// <param name="Since">Since when.</param>
/// <param name="Next">Hash of the model that is being loaded; null for none.</param>
/// <param name="Waiting">Silos that have not loaded it yet.</param>
/// <param name="Earlier">Hashes of models that were served before, oldest first: a roll back takes the last.</param>
/// <param name="Problem">Why the last promotion was given up.</param>
internal sealed record ModelBody(string? Current, DateTimeOffset? Since, string? Next, IReadOnlyList<string> Waiting, IReadOnlyList<string> Earlier, string? Problem)
{
    public static ModelBody Of(ServedModelInfo info) => new(
        info.Plan.Current?.Hash, info.Since, info.Plan.Next?.Hash, info.Waiting, [.. info.Earlier.Select(model => model.Hash)], info.Problem);
}
