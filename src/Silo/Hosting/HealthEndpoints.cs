using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Grains.Hosting;
using MmiGrains.Silo.Http.Reference;

namespace MmiGrains.Silo.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the device has come round lately and takes work; 503 while it hangs or drains.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).Note(EndpointNotes.Cluster, "Whether the process answers").AnswersFile("text/plain");
        app.MapGet("/health/ready", (DeviceHost device) => device.IsReady
            ? Results.Text("ready")
            : Results.Text(device.IsAlive ? "draining" : "the device hangs", statusCode: StatusCodes.Status503ServiceUnavailable))
            .Note(EndpointNotes.Cluster, "Whether the silo takes work", "503 while its device hangs, or while it leaves.").AnswersFile("text/plain");
    }
}
