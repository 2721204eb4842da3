using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>
/// The layers that turn a query into offsets and logits. They are linear, so that a query's part and a relative position's part are
/// computed apart and added: u = query layer(q) + position, offsets and logits = layers(u). The logits of the ignore slot are left out,
/// since nothing looks at them.
/// </summary>
internal sealed record MmfsQueryWeights(MmfsConfig Config, Linear Query, Linear Offsets, Linear Logits, Tensor Positions)
{
    /// <summary>The query's part: [..., query width] to [..., offsets and logits].</summary>
    public Tensor ProjectQueries(Tensor query)
    {
        var u = Query.forward(query);
        return cat([Offsets.forward(u), nn.functional.linear(u, UsedLogits(Logits.weight!), UsedLogits(Logits.bias!))], -1);
    }

    /// <summary>The part of every relative position: [positions, offsets and logits].</summary>
    public Tensor ProjectPositions() => Positions.matmul(Weight.t());

    /// <summary>Both layers after the query's own as one: [offsets and logits, query width].</summary>
    public Tensor Weight => cat([Offsets.weight!, UsedLogits(Logits.weight!)], 0);

    /// <summary>Their bias: [offsets and logits].</summary>
    public Tensor Bias => cat([Offsets.bias!, UsedLogits(Logits.bias!)], 0);

    private Tensor UsedLogits(Tensor all) =>
        all.view([Config.Heads * Config.Levels.Count, Config.Points + 1, .. all.shape[1..]]).narrow(1, 0, Config.Points).flatten(0, 1);
}
