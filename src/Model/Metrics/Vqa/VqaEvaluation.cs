namespace MmiGrains.Model.Metrics.Vqa;

/// <summary>The accuracy over all questions, and over those of each type.</summary>
public static class VqaEvaluation
{
    /// <summary>"accuracy", then "accuracy, TYPE" for each type of answer, with bootstrap intervals over the questions.</summary>
    /// <param name="questions">At least one.</param>
    /// <param name="protocol">Whose rules.</param>
    /// <param name="extract">Whether the generated text is first cut down to its short answer (<see cref="AnswerExtraction"/>).</param>
    /// <exception cref="ArgumentException">There is no question, or nobody answered one.</exception>
    public static IReadOnlyList<Measure> Run(IReadOnlyList<VqaQuestion> questions, VqaProtocol protocol = VqaProtocol.Vqa, bool extract = true)
    {
        if (questions.Count == 0)
        {
            throw new ArgumentException("The accuracy of answers takes at least one question.", nameof(questions));
        }

        string Answer(VqaQuestion question) => extract ? AnswerExtraction.Extract(question.Generated) : question.Generated;
        var scored = questions.Select(question => (
            Type: question.AnswerType, Score: VqaAccuracy.Score(Answer(question), question.Answers, protocol))).ToList();
        var types = scored.Where(one => one.Type.Length > 0).GroupBy(one => one.Type).OrderBy(type => type.Key, StringComparer.Ordinal);
        return
        [
            Measure.Of("accuracy", Intervals.Mean([.. scored.Select(one => one.Score)])),
            .. types.Select(type => Measure.Of($"accuracy, {type.Key}", Intervals.Mean([.. type.Select(one => one.Score)]))),
        ];
    }
}
