using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Tests;

/// <summary>The tiny model that the reference's numbers were recorded with, loaded once; frozen.</summary>
public sealed class GoldenModel
{
    public GoldenModel()
    {
        Model = ModelFolder.Load(Golden.Path());
        foreach (var parameter in Model.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    public MmInterleaved Model { get; }
}
