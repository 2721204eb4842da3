namespace MmiGrains.Silo.Chaos;

/// <summary>A kind of fault.</summary>
internal enum ChaosKind
{
    /// <summary>A silo is killed, and another started.</summary>
    KillSilo,

    /// <summary>The store's server is killed, and started again on its files.</summary>
    KillStore,

    /// <summary>A silo is stopped for longer than the others wait for it, and let go on.</summary>
    PauseSilo,

    /// <summary>Silos come and go: one, three, one.</summary>
    Scale,
}
