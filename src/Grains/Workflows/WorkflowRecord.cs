using MmiGrains.Grains.Store;

namespace MmiGrains.Grains.Workflows;

/// <summary>A workflow's state in the hands of one activation: it changes by one change after the other, each stored before it is known.</summary>
/// <param name="state">What is stored.</param>
/// <param name="changed">Called after a change.</param>
/// <param name="lost">Called where a change was not confirmed: the activation must end, since what is stored may be more than what is known.</param>
internal sealed class WorkflowRecord<T>(WorkflowState<T> state, Action changed, Action lost)
    where T : class
{
    private readonly SemaphoreSlim _changing = new(1);

    /// <summary>The newest value; null where there is none.</summary>
    public T? Value => state.Value;

    /// <summary>Which of its values <see cref="Value"/> is, counted up.</summary>
    public long Revision => state.Revision;

    /// <summary>Reads what is stored.</summary>
    public Task ReadAsync() => state.ReadAsync();

    /// <summary>Stores what a change makes of the newest value; the same value is not stored again.</summary>
    /// <exception cref="StoreException">The store did not confirm it.</exception>
    public async Task ChangeAsync(Func<T, T> change)
    {
        await _changing.WaitAsync();
        try
        {
            var value = change(state.Value!);
            if (value == state.Value)
            {
                return;
            }

            await state.WriteAsync(value);
        }
        catch (StoreException)
        {
            lost();
            throw;
        }
        finally
        {
            _changing.Release();
        }

        changed();
    }

    /// <summary>Deletes it.</summary>
    public Task DeleteAsync() => state.DeleteAsync();
}
