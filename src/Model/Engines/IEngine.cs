namespace MmiGrains.Model.Engines;

/// <summary>
/// Computes for many requests at once, one bounded step at a time. Requests come from any thread; steps are made by one: a device's thread,
/// or a test's own.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>What it is, for names of threads and measurements.</summary>
    string Name { get; }

    /// <summary>Called, on any thread, when a request has come.</summary>
    Action? WorkArrived { get; set; }

    /// <summary>Does one step for everyone, if anyone waits for one.</summary>
    /// <returns>Whether there may be more to do at once.</returns>
    bool Step();

    /// <summary>Ends every request with an error: the device can no longer be trusted.</summary>
    void FailAll(Exception problem);
}
