using System.IO.Pipelines;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Store;

public sealed class StoreCommandTests
{
    // A connection's pipe is completed when the server dies; a command that meets it just then is refused by the pipe, not by the client.
    [Fact]
    public async Task A_command_to_a_connection_that_is_just_closing_is_not_confirmed()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync();
        var problem = await Assert.ThrowsAsync<StoreException>(() => StoreCommand.ConfirmAsync(Task.Run(() => pipe.Writer.GetSpan(1).Length), "the session s"));
        Assert.StartsWith("The store did not confirm a command for the session s: Writing is not allowed", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_or_late_one_is_not_confirmed_and_a_mistake_of_ours_is_not_the_stores()
    {
        await Assert.ThrowsAsync<StoreException>(() => StoreCommand.ConfirmAsync(Task.FromCanceled<int>(new CancellationToken(true)), "x"));
        await Assert.ThrowsAsync<StoreException>(() => StoreCommand.ConfirmAsync(Task.FromException<int>(new RedisTimeoutException("late", CommandStatus.Sent)), "x"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => StoreCommand.ConfirmAsync(Task.FromException<int>(new InvalidOperationException("ours")), "x"));
        Assert.Equal(3, await StoreCommand.ConfirmAsync(Task.FromResult(3), "x"));
    }
}
