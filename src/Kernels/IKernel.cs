using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels;

/// <summary>One implementation of one operation.</summary>
public interface IKernel
{
    /// <summary>Short name for tables and logs, such as "composed".</summary>
    string Name { get; }

    /// <summary>Whether it runs on such a device with such values. Nobody else repeats these conditions.</summary>
    bool Supports(DeviceType device, ScalarType type);
}
