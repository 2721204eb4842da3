using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.VisDial;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// The files of the VisDial challenge: ranks <c>[{"image_id", "round_id", "ranks"}]</c> with rounds from 1, dense annotations
/// <c>[{"image_id", "round_id", "gt_relevance"}]</c>, and dialogs <c>{"data": {"dialogs": [{"image_id", "dialog": [{"gt_index"}]}]}}</c>.
/// </summary>
public static class VisDialFiles
{
    /// <summary>Every round with ranks, with what the other files know of it.</summary>
    /// <param name="ranks">The ranks to judge.</param>
    /// <param name="relevance">Dense annotations, all of which must have ranks; null for none.</param>
    /// <param name="dialogs">Dialogs, which must know each round with ranks; null for none.</param>
    /// <exception cref="DataException">A file cannot be read, or what one says does not fit another.</exception>
    public static IReadOnlyList<VisDialRound> Read(string ranks, string? relevance, string? dialogs)
    {
        var dense = relevance is null ? [] : JsonInput.Read(relevance, ReadRelevance);
        var said = dialogs is null ? null : JsonInput.Read(dialogs, ReadDialogs);
        var (seen, missing) = (new HashSet<(string, int)>(), new HashSet<(string, int)>(dense.Keys));
        var rounds = JsonInput.Read(ranks, file => file.Entries().Select(entry =>
        {
            var key = Key(entry);
            int[] given = [.. entry["ranks"].Entries().Select(rank => rank.Whole())];
            if (given.Length == 0 || !OptionRanks.AreComplete(given))
            {
                throw entry["ranks"].Wrong($"must hold each number of 1 to {given.Length} once");
            }

            if (!seen.Add(key))
            {
                throw entry.Wrong($"round {key.Round} of image '{key.Image}' already has ranks");
            }

            missing.Remove(key);
            var fitting = dense.GetValueOrDefault(key);
            if (fitting is not null && fitting.Length != given.Length)
            {
                throw entry["ranks"].Wrong(
                    $"has {given.Length} ranks, and '{relevance}' has {fitting.Length} relevances for round {key.Round} of image '{key.Image}'");
            }

            return new VisDialRound(given, fitting, said is null ? null : Target(entry, key, given.Length, said, dialogs!));
        }).ToList());
        return missing.Count == 0 && rounds.Count > 0
            ? rounds
            : throw new DataException(rounds.Count == 0
                ? $"'{ranks}' holds no round."
                : $"'{ranks}' has no ranks for round {missing.First().Item2} of image '{missing.First().Item1}', which '{relevance}' has.");
    }

    private static int Target(JsonPlace entry, (string Image, int Round) key, int options, Dictionary<(string, int), int> said, string dialogs)
    {
        if (!said.TryGetValue(key, out var target))
        {
            throw entry.Wrong($"'{dialogs}' has no round {key.Round} of image '{key.Image}'");
        }

        return target < options ? target : throw entry["ranks"].Wrong($"has {options} ranks, and '{dialogs}' says that option {target} was said");
    }

    private static Dictionary<(string, int), double[]> ReadRelevance(JsonPlace file)
    {
        var dense = new Dictionary<(string, int), double[]>();
        foreach (var entry in file.Entries())
        {
            double[] values = [.. entry["gt_relevance"].Entries().Select(value => value.Number())];
            if (!values.Any(value => value > 0) || values.Any(value => value < 0))
            {
                throw entry["gt_relevance"].Wrong("must hold numbers of at least 0, and one above");
            }

            if (!dense.TryAdd(Key(entry), values))
            {
                throw entry.Wrong($"round {Key(entry).Round} of image '{Key(entry).Image}' already has relevances");
            }
        }

        return dense;
    }

    private static Dictionary<(string, int), int> ReadDialogs(JsonPlace file)
    {
        var said = new Dictionary<(string, int), int>();
        foreach (var dialog in file["data"]["dialogs"].Entries())
        {
            var image = dialog["image_id"].Id();
            foreach (var (index, round) in dialog["dialog"].Entries().Index())
            {
                if (round.Optional("gt_index") is { } target)
                {
                    said[(image, index + 1)] = target.Whole() is >= 0 and var option ? option : throw target.Wrong("must be at least 0");
                }
            }
        }

        return said;
    }

    private static (string Image, int Round) Key(JsonPlace entry) => (entry["image_id"].Id(), entry["round_id"].Whole());
}
