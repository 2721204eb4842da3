using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Grains.Workflows;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Workflows;

public sealed class WorkflowStateTests(Stores stores)
{
    private sealed record Counter(int Value, string Text);

    [Theory]
    [InlineData(Backend.Redis)]
    [InlineData(Backend.Embedded)]
    public async Task Of_two_who_know_a_value_one_can_write(Backend backend)
    {
        var (database, key) = (stores[backend].Connection.GetDatabase(), $"test:{Guid.NewGuid():N}");
        var (first, second) = (new WorkflowState<Counter>(database, key), new WorkflowState<Counter>(database, key));
        await first.ReadAsync();
        Assert.Null(first.Value);
        await first.WriteAsync(new Counter(1, "שלום"));
        await second.ReadAsync();
        Assert.Equal(new Counter(1, "שלום"), second.Value);

        await second.WriteAsync(new Counter(2, "two"));
        await Assert.ThrowsAsync<StoreException>(() => first.WriteAsync(new Counter(1, "again")));
        Assert.Equal((1, 1), (first.Value!.Value, first.Revision)); // what was not stored has no number
        await Assert.ThrowsAsync<StoreException>(first.DeleteAsync);
        await first.ReadAsync();
        Assert.Equal((2, 2), (first.Value.Value, first.Revision));

        // A value that comes back is another one: who knows the old one still cannot write.
        await first.WriteAsync(new Counter(1, "שלום"));
        await first.WriteAsync(new Counter(2, "two"));
        await Assert.ThrowsAsync<StoreException>(() => second.WriteAsync(new Counter(9, "stale")));
        await first.DeleteAsync();
        Assert.False(await database.KeyExistsAsync(key));
    }

    [Fact]
    public async Task Damage_is_told_and_is_never_nothing()
    {
        var (database, key) = (stores[Backend.Redis].Connection.GetDatabase(), $"test:{Guid.NewGuid():N}");
        var state = new WorkflowState<Counter>(database, key);
        await state.WriteAsync(new Counter(1, "whole"));
        var whole = (byte[])(await database.StringGetAsync(key))!;
        for (var i = 0; i < whole.Length; i++)
        {
            byte[] bytes = [.. whole];
            bytes[i] ^= 1;
            await IsToldAsync(bytes);
            await IsToldAsync(whole[..Math.Max(i, 1)]);
        }

        async Task IsToldAsync(byte[] bytes)
        {
            await database.StringSetAsync(key, bytes);
            var read = new WorkflowState<Counter>(database, key);
            try
            {
                await read.ReadAsync();
                Assert.Equal(state.Value, read.Value); // only the number of the value was touched
            }
            catch (StateLostException)
            {
                Assert.Null(read.Value);
            }
        }
    }
}
