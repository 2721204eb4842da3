using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>
/// Deformable attention whose every sample lies a few millionths of a pixel aside. The gradient by a location jumps where the
/// location crosses a pixel's centre; a sample that lies there to the last bit falls to either side by the rounding of what
/// came before. Comparing with all four sides tells such a sample from a wrong gradient.
/// </summary>
internal sealed class NudgedDeformableAttention(IDeformableAttention inner, Nudge nudge) : IDeformableAttention
{
    public string Name => inner.Name;

    public bool Supports(DeviceType device, ScalarType type) => inner.Supports(device, type);

    public Tensor Attend(Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visibility = null)
    {
        var aside = levels.SelectMany(level => new[] { nudge.X / level.Width, nudge.Y / level.Height }).ToArray();
        return inner.Attend(values, levels, locations + tensor(aside).view(levels.Count, 1, 2), weights, visibility);
    }
}
