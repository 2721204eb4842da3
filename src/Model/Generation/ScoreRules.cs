namespace MmiGrains.Model.Generation;

/// <summary>What changes the scores of the next token before one is chosen, in this order: repetition penalty, then minimum length.</summary>
public static class ScoreRules
{
    /// <summary>Changes the scores of one row, logits or log-probabilities alike.</summary>
    /// <param name="scores">[vocabulary].</param>
    /// <param name="generated">Ids of the row so far, with the artificial first token and without the prompt.</param>
    /// <param name="options">Penalty and minimum length.</param>
    /// <param name="endings">Ids that end a text.</param>
    public static void Apply(Span<float> scores, IReadOnlyList<long> generated, TextOptions options, ReadOnlySpan<long> endings)
    {
        var penalty = (float)options.RepetitionPenalty;
        if (penalty != 1)
        {
            foreach (var id in generated.Distinct())
            {
                ref var score = ref scores[(int)id];
                score = score < 0 ? score * penalty : score / penalty;
            }
        }

        if (generated.Count < options.MinLength)
        {
            foreach (var id in endings)
            {
                scores[(int)id] = float.NegativeInfinity;
            }
        }
    }
}
