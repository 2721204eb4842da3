using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>
/// While it lasts, new modules have shapes and types but no memory, so that a model of any size can be looked at. The default
/// device belongs to the whole process: nothing else may make tensors meanwhile.
/// </summary>
public sealed class MetaDevice : IDisposable
{
    private readonly Device _before = get_default_device();

    /// <summary>Begins.</summary>
    public MetaDevice() => set_default_device(META);

    /// <summary>Ends: new tensors lie where they did before.</summary>
    public void Dispose() => set_default_device(_before);
}
