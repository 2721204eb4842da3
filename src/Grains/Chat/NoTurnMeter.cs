using MmiGrains.Contracts.Chat;

namespace MmiGrains.Grains.Chat;

/// <summary>Counts nothing and grants everything.</summary>
internal sealed class NoTurnMeter : ITurnMeter
{
    /// <inheritdoc/>
    public Task<int> AdmitAsync(string tenant, string turn, GenerationSettings settings) => Task.FromResult(settings.MaxImages);

    /// <inheritdoc/>
    public Task EndAsync(string tenant, string turn, TurnUsage? usage) => Task.CompletedTask;
}
