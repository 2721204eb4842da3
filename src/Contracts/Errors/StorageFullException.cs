namespace MmiGrains.Contracts.Errors;

/// <summary>The store takes no writes, since its disk is full or fails: nothing new can be kept, and what is stored can be read.</summary>
[GenerateSerializer, Alias("mmi.StorageFullException")]
public sealed class StorageFullException : MmiException
{
    /// <summary>That it is so.</summary>
    public StorageFullException() : base("storage_full", "The store cannot write: its disk is full or fails. What is stored can be read; nothing new is taken until there is room.")
    {
    }
}
