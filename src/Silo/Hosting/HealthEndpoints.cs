using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Grains.Hosting;

namespace MmiGrains.Silo.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the device has come round lately and takes work; 503 while it hangs or drains.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", (DeviceHost device) => device.IsReady
            ? Results.Text("ready")
            : Results.Text(device.IsAlive ? "draining" : "the device hangs", statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
