using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>Commands to the store. One whose answer does not come may have been done or not.</summary>
public static class StoreCommand
{
    /// <summary>Waits for a command's answer.</summary>
    /// <param name="command">The command, on its way.</param>
    /// <param name="subject">Whom it is about, for the message.</param>
    /// <exception cref="StoreException">The store did not confirm it.</exception>
    public static async Task<T> ConfirmAsync<T>(Task<T> command, string subject)
    {
        try
        {
            return await command;
        }
        catch (Exception problem) when (IsUnconfirmed(problem))
        {
            throw new StoreException($"The store did not confirm a command for {subject}: {problem.Message}", problem);
        }
    }

    /// <summary>Whether an exception of the client says that an answer did not come. What a lost connection had on its way the client cancels, and what is
    /// written to one that is just being closed the pipe below refuses.</summary>
    public static bool IsUnconfirmed(Exception problem) =>
        problem is RedisException or TimeoutException or IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException { Source: "System.IO.Pipelines" };
}
