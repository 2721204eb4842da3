using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Chat;
using MmiGrains.Grains.Store;

namespace MmiGrains.Silo.Http.Access;

/// <summary>Holds tenants to their quotas of tokens, images and turns, and keeps what they used; all silos count in one store.</summary>
/// <param name="ring">Knows the quotas.</param>
/// <param name="store">Counts.</param>
/// <param name="clock">Tells how long a day still is.</param>
/// <param name="logger">Told of what could not be counted.</param>
internal sealed partial class StoreTurnMeter(KeyRing ring, AccessStore store, TimeProvider clock, ILogger<StoreTurnMeter> logger) : ITurnMeter
{
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(2); // after which a turn may have ended

    /// <inheritdoc/>
    public async Task<int> AdmitAsync(string tenant, string turn, GenerationSettings settings)
    {
        try
        {
            return await AdmitAsync(await ring.QuotaAsync(tenant), tenant, turn, settings);
        }
        catch (StoreException problem)
        {
            throw new CapacityExceededException(problem.Message, isPassing: true);
        }
    }

    /// <inheritdoc/>
    public async Task EndAsync(string tenant, string turn, TurnUsage? usage)
    {
        try
        {
            if (usage is not null)
            {
                await store.AddUsageAsync(tenant, usage);
            }

            if ((await ring.QuotaAsync(tenant)).ConcurrentTurns is not null)
            {
                await store.FreeSlotAsync(tenant, turn);
            }
        }
        catch (StoreException problem)
        {
            Log.NotCounted(logger, tenant, usage, problem.Message);
        }
    }

    private async Task<int> AdmitAsync(TenantQuota quota, string tenant, string turn, GenerationSettings settings)
    {
        var images = settings.MaxImages;
        if (quota.TokensPerDay is not null || quota.ImagesPerDay is not null)
        {
            var used = await store.UsageAsync(tenant);
            if (used.Tokens >= quota.TokensPerDay)
            {
                throw new QuotaExceededException("tokens_per_day_exceeded", $"The tenant may use {quota.TokensPerDay} tokens in a day; it has used {used.Tokens}.", TillMidnight());
            }

            if (used.Images >= quota.ImagesPerDay && settings.ImageFirst)
            {
                throw new QuotaExceededException("images_per_day_exceeded", $"The tenant may have {quota.ImagesPerDay} images in a day; it has had {used.Images}.", TillMidnight());
            }

            images = (int)Math.Clamp(quota.ImagesPerDay - used.Images ?? images, 0, images);
        }

        return quota.ConcurrentTurns is not { } slots || await store.TakeSlotAsync(tenant, turn, slots) ? images
            : throw new QuotaExceededException("concurrent_turns_exceeded", $"The tenant may have {slots} turns answered at the same time; it has {slots}.", NextTry);
    }

    private TimeSpan TillMidnight()
    {
        var now = clock.GetUtcNow();
        return now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What a turn of the tenant {Tenant} cost, {Usage}, was not counted: {Problem}")]
        public static partial void NotCounted(ILogger logger, string tenant, TurnUsage? usage, string problem);
    }
}
