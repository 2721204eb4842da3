namespace MmiGrains.Silo.Http.Streaming;

/// <summary>Reads a stream of news, and beats while there are none.</summary>
internal static class Beats
{
    /// <summary>Hands over every item, in order.</summary>
    /// <param name="items">The stream; it must end when the request is cancelled.</param>
    /// <param name="takeAsync">Takes an item; false to stop.</param>
    /// <param name="beatAsync">Called when nothing has come for a while.</param>
    /// <param name="cancellation">The request's.</param>
    public static async Task ReadAsync<T>(IAsyncEnumerable<T> items, Func<T, Task<bool>> takeAsync, Func<Task> beatAsync, CancellationToken cancellation)
    {
        await using var reader = items.GetAsyncEnumerator(cancellation);
        while (true)
        {
            var next = reader.MoveNextAsync().AsTask();
            try
            {
                while (await Task.WhenAny(next, Task.Delay(EventStreamWriter.Beat, CancellationToken.None)) != next)
                {
                    await beatAsync();
                }
            }
            finally
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a stream cannot be closed while it is asked
            }

            if (!await next || !await takeAsync(reader.Current))
            {
                return;
            }
        }
    }
}
