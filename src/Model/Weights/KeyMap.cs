using System.Text.RegularExpressions;

namespace MmiGrains.Model.Weights;

/// <summary>The few names that differ between checkpoints and our modules, and the entries that no module needs.</summary>
public static partial class KeyMap
{
    // Wrapper that a trainer adds, then older names of the autoencoder's attention (diffusers before 0.18).
    private static readonly (Regex Theirs, string Ours)[] Table =
    [
        (Prefix(), ""),
        (OldAttention("query"), "$1.to_q."),
        (OldAttention("key"), "$1.to_k."),
        (OldAttention("value"), "$1.to_v."),
        (OldAttention("proj_attn"), "$1.to_out.0."),
    ];

    /// <summary>Our name for an entry of a checkpoint; null where nothing needs it.</summary>
    public static string? Ours(string theirs)
    {
        var name = Table.Aggregate(theirs, (current, row) => row.Theirs.Replace(current, row.Ours, 1));
        return Unneeded().IsMatch(name) ? null : name;
    }

    /// <summary>Whether a tensor is computed from the configuration and may be left out of a checkpoint.</summary>
    public static bool IsComputed(string ours) => Computed().IsMatch(ours);

    private static Regex OldAttention(string name) => new($@"(\.vae\..*mid_block\.attentions\.0)\.{name}\.", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"^module\.")]
    private static partial Regex Prefix();

    // Rotary frequencies are computed; CLIP's final norm is replaced by the adapter.
    [GeneratedRegex(@"\.rotary_emb\.inv_freq$|\.vision_model\.post_layernorm\.")]
    private static partial Regex Unneeded();

    [GeneratedRegex(@"\.position_ids$|\.clip_(mean|std)$|pos_embed$")]
    private static partial Regex Computed();
}
