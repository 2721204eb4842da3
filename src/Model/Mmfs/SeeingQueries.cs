using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>
/// The rows and queries of a batch that see an image: packed training rows hold texts before their first image and texts without any, and
/// for those nothing need be computed.
/// </summary>
/// <param name="Rows">[seeing rows]: rows of which a query sees an image.</param>
/// <param name="Queries">[seeing queries]: queries that see one in some row.</param>
internal sealed record SeeingQueries(Tensor Rows, Tensor Queries)
{
    /// <summary>Whether no query sees any image.</summary>
    public bool IsEmpty => Rows.shape[0] == 0;

    /// <summary>Finds them.</summary>
    /// <param name="visible">[rows, queries, images], 0 where an image is hidden.</param>
    /// <returns>Null where all see one, and on devices that would have to be waited for.</returns>
    public static SeeingQueries? Find(Tensor visible)
    {
        if (visible.device_type != DeviceType.CPU)
        {
            return null;
        }

        var seeing = visible.amax(-1) > 0;
        var found = new SeeingQueries(seeing.any(1).nonzero().squeeze(1), seeing.any(0).nonzero().squeeze(1));
        return found.Rows.shape[0] == visible.shape[0] && found.Queries.shape[0] == visible.shape[1] ? null : found;
    }

    /// <summary>Their part of something [rows or 1, queries, ..].</summary>
    public Tensor Of(Tensor whole) =>
        (whole.shape[0] == 1 ? whole : whole.index_select(0, Rows)).index_select(1, Queries);

    /// <summary>What <paramref name="others"/> [rows, queries, width] gives for all queries, with <paramref name="part"/> in the places of those that see.</summary>
    public Tensor Fill(Tensor others, Tensor part)
    {
        var (queries, width) = (others.shape[1], others.shape[2]);
        var places = ((Rows * queries).unsqueeze(1) + Queries).flatten();
        return others.flatten(0, 1).index_copy(0, places, part.reshape(-1, width)).view(others.shape);
    }
}
