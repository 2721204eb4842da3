using MmiGrains.Kernels;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tensors;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Inspection;

/// <summary>The tensors that make up a model, without their values.</summary>
internal static class ModelOutline
{
    // Names of constants, wherever they are stored.
    private static readonly string[] Buffers = [".position_ids", ".clip_mean", ".clip_std"];

    /// <summary>What a configuration describes, module by module as they are declared. No weights are made.</summary>
    public static IReadOnlyList<TensorInfo> Of(MmInterleavedConfig config)
    {
        using var scope = NewDisposeScope();
        using var device = new MetaDevice();
        using var model = new MmInterleaved(config, KernelSet.For(TorchSharp.DeviceType.CPU, ScalarType.Float32));
        return [.. Walk("", model)];
    }

    /// <summary>What weight files hold, in their order.</summary>
    public static IReadOnlyList<TensorInfo> Of(ITensorSource source) =>
    [
        .. source.Entries.Select(entry => new TensorInfo(
            entry.Name, entry.Shape, entry.Type, Buffers.Any(ending => entry.Name.EndsWith(ending, StringComparison.Ordinal)))),
    ];

    // As PyTorch lists a state dictionary: a module's parameters, its buffers, then child by child. (state_dict() here puts all buffers last.)
    private static IEnumerable<TensorInfo> Walk(string prefix, nn.Module module)
    {
        var parameters = module.named_parameters(recurse: false)
            .Select(own => new TensorInfo(prefix + own.name, own.parameter.shape, own.parameter.dtype, IsBuffer: false));
        var buffers = module.named_buffers(recurse: false)
            .Select(own => new TensorInfo(prefix + own.name, own.buffer.shape, own.buffer.dtype, IsBuffer: true));
        return parameters.Concat(buffers).Concat(module.named_children().SelectMany(child => Walk($"{prefix}{child.name}.", child.module)));
    }
}
