namespace MmiGrains.Grains.Tests.Store;

/// <summary>The two stores that everything must hold on.</summary>
public enum Backend
{
    Redis,
    Embedded,
}
