using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Grains.Chat;
using MmiGrains.Grains.Store;

namespace MmiGrains.Silo.Http.Access;

/// <summary>Keys, quotas and usage, for a silo and for its requests.</summary>
internal static class AccessExtensions
{
    /// <summary>Every silo counts what its turns cost; those that answer HTTP check keys too.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, ClusterStore store) => services
        .AddSingleton(provider => new AccessStore(store.Connection, store.Options.KeyPrefix, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<KeyRing>().AddHostedService(provider => provider.GetRequiredService<KeyRing>())
        .AddSingleton<AuditLog>().AddHostedService(provider => provider.GetRequiredService<AuditLog>())
        .AddSingleton<ITurnMeter, StoreTurnMeter>()
        .AddSingleton<RateLimits>()
        .AddSingleton<SignedUrls>();

    /// <summary>Checks every request under <c>/v1</c>. Comes after what tells refusals, and before the endpoints.</summary>
    public static void UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();

    /// <summary>Whose request it is.</summary>
    public static string Tenant(this HttpContext context) => RequestTenant.Of(context);
}
