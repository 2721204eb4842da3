using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Sessions;
using MmiGrains.Silo.Http.Streaming;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MmiGrains.Silo.Http.Cluster;

/// <summary><c>/v1/cluster</c>: which silos are there, what they offer, and how busy they are.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder app) => app.MapGet("/v1/cluster", ReadAsync)
        .Note(EndpointNotes.Cluster, "Silos, roles, devices and queues").Answers<ClusterBody>();

    private static async Task<IResult> ReadAsync(HttpContext context, IGrainFactory grains, ISiloMetadataCache metadata)
    {
        var cancellation = context.RequestAborted;
        var hosts = await Patience.CallAsync(() => grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true), cancellation);
        var workers = await Patience.CallAsync(() => grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync(), cancellation);
        var bySilo = workers.ToLookup(worker => WorkerKey.Parse(worker.Key).Silo);
        var silos = hosts.OrderBy(host => host.StartTime).Select(host => new SiloBody(
            host.SiloAddress.ToParsableString(), host.SiloName, Words.Of(host.Status), new DateTimeOffset(host.StartTime, TimeSpan.Zero),
            Names(SiloRoles.Of(metadata, host.SiloAddress)), [.. bySilo[host.SiloAddress].OrderBy(worker => worker.Role).Select(Worker)]));
        return Results.Json(new ClusterBody(DateTimeOffset.UtcNow, [.. silos], [.. workers.GroupBy(worker => worker.Role).OrderBy(role => role.Key).Select(Queue)]), NativeJson.Default.ClusterBody);
    }

    private static WorkerBody Worker(WorkerInfo worker) => new(
        WorkerKey.Parse(worker.Key).Device, Words.Of(worker.Role), worker.Model, worker.Open, worker.Slots, worker.Limit, worker.FreeShare, worker.IsDraining, worker.IsServing,
        Math.Round(worker.Rate, 1), worker.CacheLimit > 0 ? worker.CacheBytes : null, worker.CacheLimit > 0 ? worker.CacheLimit : null);

    private static QueueBody Queue(IGrouping<WorkerRole, WorkerInfo> role) => new(
        Words.Of(role.Key), role.Count(worker => !worker.IsDraining && worker.IsServing), role.Sum(worker => Math.Min(worker.Open, worker.Slots)),
        role.Sum(worker => Math.Max(worker.Open - worker.Slots, 0)), role.Sum(worker => worker.Limit), Math.Round(role.Sum(worker => worker.Rate), 1));

    private static string[] Names(WorkerRole roles) =>
        [.. Enum.GetValues<WorkerRole>().Where(role => role != WorkerRole.None && roles.HasFlag(role)).Select(Words.Of)];
}
