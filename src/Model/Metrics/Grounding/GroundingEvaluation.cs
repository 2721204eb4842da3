namespace MmiGrains.Model.Metrics.Grounding;

/// <summary>How often a referring expression is found in the image.</summary>
public static class GroundingEvaluation
{
    private const double Found = 0.5;

    /// <summary>
    /// The share of answers whose box and the expected one have an intersection over union of at least 0.5, the mean of that ratio,
    /// and the share of answers that hold a box at all. An answer without one counts as 0.
    /// </summary>
    /// <exception cref="ArgumentException">There is no answer.</exception>
    public static IReadOnlyList<Measure> Run(IReadOnlyList<GroundingAnswer> answers)
    {
        if (answers.Count == 0)
        {
            throw new ArgumentException("The accuracy of boxes takes at least one answer.", nameof(answers));
        }

        double?[] overlaps =
        [
            .. answers.Select(answer => BoxText.TryParse(answer.Text, out var box) ? box.IntersectionOverUnion(answer.Expected) : (double?)null),
        ];
        return
        [
            Measure.Of("accuracy at IoU 0.5", Intervals.Proportion(overlaps.Count(overlap => overlap >= Found), overlaps.Length)),
            Measure.Of("mean IoU", Intervals.Mean([.. overlaps.Select(overlap => overlap ?? 0)])),
            Measure.Of("readable", Intervals.Proportion(overlaps.Count(overlap => overlap is not null), overlaps.Length)),
        ];
    }
}
