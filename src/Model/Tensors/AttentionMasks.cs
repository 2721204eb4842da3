using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>Additive attention masks: 0 where a key may be seen, the type's lowest value where not.</summary>
public static class AttentionMasks
{
    /// <summary>A mask over keys alone: [batch, keys] of ones and zeros to [batch, 1, 1, keys].</summary>
    public static Tensor FromKeys(Tensor mask, ScalarType type) =>
        ((1 - mask.to_type(type)) * Lowest(type)).unsqueeze(1).unsqueeze(1);

    /// <summary>
    /// The causal mask of new tokens over all keys so far, with padding, as the reference builds it: the two are added and
    /// the sum is clamped, so that a row that sees nothing attends evenly instead of yielding NaN.
    /// </summary>
    /// <param name="keyMask">[batch, keys so far], 1 where a token is real; null when all are.</param>
    /// <param name="queries">New tokens, the last ones.</param>
    /// <param name="keys">Tokens so far, the new ones included.</param>
    /// <param name="type">Type of the scores.</param>
    /// <param name="device">Where.</param>
    /// <param name="documents">[batch, keys], equal where tokens belong together: others do not see each other. Null where all do.</param>
    /// <returns>[batch or 1, 1, queries, keys]; null when nothing is hidden.</returns>
    public static Tensor? Causal(Tensor? keyMask, long queries, long keys, ScalarType type, Device device, Tensor? documents = null)
    {
        if (queries == 1)
        {
            return keyMask is null ? null : FromKeys(keyMask, type);
        }

        var causal = full([queries, keys], Lowest(type), dtype: type, device: device).triu(keys - queries + 1).unsqueeze(0).unsqueeze(0);
        if (documents is not null)
        {
            var foreign = documents.narrow(1, keys - queries, queries).unsqueeze(2) != documents.unsqueeze(1);
            causal = causal.masked_fill(foreign.unsqueeze(1), Lowest(type));
        }

        return keyMask is null ? causal : (causal + FromKeys(keyMask, type)).clamp(min: Lowest(type));
    }

    private static double Lowest(ScalarType type) => finfo(type).min;
}
