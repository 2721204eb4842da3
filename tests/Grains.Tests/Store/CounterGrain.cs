namespace MmiGrains.Grains.Tests.Store;

/// <summary>A grain that counts in the store.</summary>
public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> AddAsync();

    Task<bool> RemindAsync();
}

[GenerateSerializer]
public sealed class CounterState
{
    [Id(0)]
    public int Count { get; set; }
}

public sealed class CounterGrain(
    [PersistentState("count", "store")] IPersistentState<CounterState> named, [PersistentState("other")] IPersistentState<CounterState> byDefault) : Grain, ICounterGrain, IRemindable
{
    public async Task<int> AddAsync()
    {
        named.State.Count++;
        byDefault.State.Count++;
        await named.WriteStateAsync();
        await byDefault.WriteStateAsync();
        return Math.Min(named.State.Count, byDefault.State.Count);
    }

    public async Task<bool> RemindAsync()
    {
        var isNew = await this.GetReminder("reminder") is null;
        await this.RegisterOrUpdateReminder("reminder", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        return isNew;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
