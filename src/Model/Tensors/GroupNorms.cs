using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>Group norms that start as they should.</summary>
public static class GroupNorms
{
    /// <summary>A group norm that only normalises until it is trained or loaded: TorchSharp leaves its parameters as memory happened to be.</summary>
    /// <param name="groups">Groups that the channels are cut into.</param>
    /// <param name="channels">Channels of the maps.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static GroupNorm Create(long groups, long channels, double epsilon)
    {
        var norm = nn.GroupNorm(groups, channels, epsilon);
        using var quiet = no_grad();
        nn.init.ones_(norm.weight!);
        nn.init.zeros_(norm.bias!);
        return norm;
    }
}
