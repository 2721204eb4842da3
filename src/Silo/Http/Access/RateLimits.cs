using System.Globalization;
using Microsoft.AspNetCore.Http;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.Access;

/// <summary>Counts a tenant's requests, and tells clients what is left in the headers that they know.</summary>
/// <param name="ring">Knows the quotas.</param>
/// <param name="store">Counts.</param>
/// <param name="clock">Tells when a minute and a day are over.</param>
internal sealed class RateLimits(KeyRing ring, AccessStore store, TimeProvider clock)
{
    /// <summary>Counts a request.</summary>
    /// <exception cref="ApiException">The tenant has made as many as it may.</exception>
    public async Task CountAsync(HttpContext context, string tenant)
    {
        var quota = await ring.QuotaAsync(tenant);
        var now = clock.GetUtcNow().UtcDateTime;
        var tomorrow = now.Date.AddDays(1) - now;
        if (quota.TokensPerDay is not null || quota.ImagesPerDay is not null)
        {
            var used = await store.UsageAsync(tenant);
            Tell(context, "tokens", quota.TokensPerDay, used.Tokens, tomorrow);
            Tell(context, "images", quota.ImagesPerDay, used.Images, tomorrow);
        }

        if (quota.RequestsPerMinute is { } most)
        {
            var (count, left) = (await CountAsync(tenant), TimeSpan.FromSeconds(60 - now.Second));
            Tell(context, "requests", most, count, left);
            if (count > most)
            {
                throw Refusal("requests_per_minute_exceeded", $"The tenant may make {most} requests in a minute; this one is number {count}.", left).ToException();
            }
        }
    }

    // A store that takes no writes counts nothing, and refuses all but reading.
    private async Task<long> CountAsync(string tenant)
    {
        try
        {
            return await store.CountRequestAsync(tenant);
        }
        catch (StoreException problem) when (problem.TakesNoWrites)
        {
            return 0;
        }
    }

    /// <summary>A tenant's quota is used up: 429.</summary>
    public static ApiError Refusal(string code, string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, ErrorTypes.RateLimit, code, message) { RetryAfter = retryAfter };

    private static void Tell(HttpContext context, string what, long? most, long used, TimeSpan reset)
    {
        if (most is not null)
        {
            var headers = context.Response.Headers;
            headers[$"x-ratelimit-limit-{what}"] = most.Value.ToString(CultureInfo.InvariantCulture);
            headers[$"x-ratelimit-remaining-{what}"] = Math.Max(0, most.Value - used).ToString(CultureInfo.InvariantCulture);
            headers[$"x-ratelimit-reset-{what}"] = $"{(long)Math.Ceiling(reset.TotalSeconds)}s";
        }
    }
}
