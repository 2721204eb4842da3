namespace MmiGrains.Silo.Http.Cluster;

/// <summary>The cluster as it is now.</summary>
/// <param name="Time">When.</param>
/// <param name="Silos">Processes.</param>
/// <param name="Queues">What waits, by role.</param>
internal sealed record ClusterBody(DateTimeOffset Time, IReadOnlyList<SiloBody> Silos, IReadOnlyList<QueueBody> Queues);

/// <summary>One process.</summary>
/// <param name="Address">One life of it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">As the others see it.</param>
/// <param name="Started">When it joined.</param>
/// <param name="Roles">What it offers.</param>
/// <param name="Workers">Its devices, one for each role.</param>
internal sealed record SiloBody(string Address, string Name, string Status, DateTimeOffset Started, IReadOnlyList<string> Roles, IReadOnlyList<WorkerBody> Workers);

/// <summary>A device in one role.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Role">Which role.</param>
/// <param name="Model">Hash of the weights that it runs.</param>
/// <param name="Open">Requests that it has.</param>
/// <param name="Slots">Requests that it works on at the same time.</param>
/// <param name="Limit">Requests that it takes at most.</param>
/// <param name="FreeShare">Share of its keys' and values' blocks that is free.</param>
/// <param name="Draining">Whether it is about to leave.</param>
/// <param name="Serving">Whether new turns use its model.</param>
/// <param name="Rate">What it did in the last second: images encoded, tokens of text, denoising steps of pictures.</param>
/// <param name="CacheBytes">Bytes of encoded images that its silo holds; told of encoders.</param>
/// <param name="CacheLimit">Bytes that they may take.</param>
internal sealed record WorkerBody(
    string Device, string Role, string Model, int Open, int Slots, int Limit, double FreeShare, bool Draining, bool Serving, double Rate, long? CacheBytes, long? CacheLimit);

/// <summary>All workers of a role.</summary>
/// <param name="Role">Which.</param>
/// <param name="Workers">How many take new requests.</param>
/// <param name="Running">Requests that are worked on.</param>
/// <param name="Waiting">Requests that wait for a place.</param>
/// <param name="Limit">Requests that are taken at most.</param>
/// <param name="Rate">What they did in the last second.</param>
internal sealed record QueueBody(string Role, int Workers, int Running, int Waiting, int Limit, double Rate);
