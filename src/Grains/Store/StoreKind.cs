namespace MmiGrains.Grains.Store;

/// <summary>What answers at the store's address.</summary>
public enum StoreKind
{
    /// <summary>A Redis server, or one that claims to be one.</summary>
    Redis,

    /// <summary>Microsoft.Garnet, embedded or on its own.</summary>
    Garnet,
}
