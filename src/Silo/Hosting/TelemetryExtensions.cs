using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Model.Engines;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MmiGrains.Silo.Hosting;

/// <summary>Who is told of what is measured: Prometheus, which asks at <c>/metrics</c>, and a collector that speaks OTLP, where one is named.</summary>
internal static class TelemetryExtensions
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder, SiloOptions options)
    {
        if (options.Otlp is { } endpoint)
        {
            builder.Configuration[EndpointKey] = endpoint.ToString(); // as the variable: paths of signals are added to it
        }

        var isSent = !string.IsNullOrEmpty(builder.Configuration[EndpointKey]);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("mmi", serviceInstanceId: $"{Environment.MachineName}:{options.HttpPort}"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(MmiInstruments.Name, EngineInstruments.Name, "Microsoft.Orleans", "System.Runtime").AddPrometheusExporter();
                if (isSent)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (isSent)
        {
            telemetry.WithTracing(traces => traces.AddSource(MmiInstruments.Name).AddOtlpExporter());
        }
    }
}
