using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Captions;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// COCO's caption files: annotations, <c>{"annotations": [{"image_id", "caption"}]}</c>, of which an image may have several, and results,
/// <c>[{"image_id", "caption"}]</c>, with one for each image.
/// </summary>
public static class CaptionFiles
{
    /// <summary>The captions of the results, each with its references. Images without a result are left out, as in the published code.</summary>
    /// <exception cref="DataException">A file cannot be read, an image has two results, or a result has no reference.</exception>
    public static IReadOnlyList<CaptionPair> Read(string references, string candidates)
    {
        var known = JsonInput.Read(references, file => file["annotations"].Entries()
            .Select(entry => (Image: entry["image_id"].Id(), Caption: entry["caption"].Text()))
            .ToLookup(one => one.Image, one => one.Caption));
        return JsonInput.Read(candidates, file =>
        {
            var (pairs, seen) = (new List<CaptionPair>(), new HashSet<string>());
            foreach (var entry in file.Entries())
            {
                var image = entry["image_id"].Id();
                if (!seen.Add(image))
                {
                    throw entry.Wrong($"image '{image}' already has a caption, and an image has one");
                }

                if (!known.Contains(image))
                {
                    throw entry.Wrong($"image '{image}' has no caption in '{references}'");
                }

                pairs.Add(new CaptionPair(entry["caption"].Text(), [.. known[image]]));
            }

            return pairs.Count > 0 ? pairs : throw file.Wrong("holds no caption");
        });
    }
}
