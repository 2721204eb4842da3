using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>Multi-head attention's arithmetic, shared by the parts that project in their own ways.</summary>
public static class AttentionHeads
{
    /// <summary>[batch, tokens, heads * width] to [batch, heads, tokens, width].</summary>
    public static Tensor Split(Tensor x, long heads) => x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);

    /// <summary>[batch, heads, tokens, width] to [batch, tokens, heads * width].</summary>
    public static Tensor Merge(Tensor x) => x.transpose(1, 2).flatten(2);

    /// <summary>softmax(q k^T / sqrt(width) + mask) v.</summary>
    /// <param name="q">[batch, heads, queries, width].</param>
    /// <param name="k">[batch, heads, keys, width].</param>
    /// <param name="v">[batch, heads, keys, width].</param>
    /// <param name="mask">Added to the scores, broadcast to [batch, heads, queries, keys]; null for none.</param>
    /// <param name="dropout">Probability of dropping a weight while training.</param>
    /// <returns>[batch, heads, queries, width].</returns>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask = null, double dropout = 0) =>
        nn.functional.scaled_dot_product_attention(q, k, v, attn_mask: mask!, p: dropout);
}
