namespace MmiGrains.Grains.Tests.Store;

/// <summary>A store in a process of its own, which can be killed and started again on the same files.</summary>
internal interface IKillableServer : IDisposable
{
    string ConnectionString { get; }

    Task StartAsync();

    /// <summary>SIGKILL, and waits for the end.</summary>
    void Kill();
}
