using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class QuestionTests
{
    [Theory]
    [InlineData(SceneTask.Question, 6_000)]
    [InlineData(SceneTask.Images, 2_000)]
    [InlineData(SceneTask.Twins, 2_000)]
    public void The_answer_is_the_one_that_the_records_give(SceneTask task, int count)
    {
        foreach (var sample in Samples.Of(task, count))
        {
            var truth = sample.Truth<AnswerTruth>();
            Assert.Equal(new string('i', truth.Scenes.Count) + "tT", sample.Kinds());
            Assert.Equal([truth.Question, truth.Answer], sample.Texts());
            Assert.True(QuestionReader.Answer(truth) == truth.Answer, $"{sample.Data.Origin}: {truth.Question} {truth.Answer}, not {QuestionReader.Answer(truth)}");
        }
    }

    [Fact]
    public void Kinds_are_as_frequent_as_each_other_and_so_is_yes_as_no()
    {
        var truths = Samples.Of(SceneTask.Question, 8_000).Select(sample => sample.Truth<AnswerTruth>()).ToList();
        Assert.Equal(8, truths.CountBy(truth => truth.Kind).Count());
        Assert.All(truths.CountBy(truth => truth.Kind), pair => Assert.InRange(pair.Value, 880, 1_120));

        foreach (var kind in new[] { QuestionKind.Mark, QuestionKind.Relation })
        {
            var answers = truths.Where(truth => truth.Kind == kind && truth.Answer is "yes" or "no").CountBy(truth => truth.Answer).ToDictionary();
            Assert.InRange((double)answers["yes"] / (answers["yes"] + answers["no"]), 0.45, 0.55);
        }

        var counts = truths.Where(truth => truth.Kind == QuestionKind.Count).CountBy(truth => truth.Answer).ToList();
        Assert.Equal(5, counts.Count);
        Assert.All(counts, pair => Assert.InRange(pair.Value, 150, 250));
    }

    [Fact]
    public void No_attribute_has_an_answer_that_a_guess_would_do_for()
    {
        var truths = Samples.Of(SceneTask.Question, 8_000).Select(sample => sample.Truth<AnswerTruth>()).ToList();
        var values = new Dictionary<QuestionKind, int>
        {
            [QuestionKind.Colour] = 8,
            [QuestionKind.Shape] = 8,
            [QuestionKind.Fill] = 3,
            [QuestionKind.Size] = 2,
            [QuestionKind.Place] = 9,
        };
        foreach (var (kind, count) in values)
        {
            var answers = truths.Where(truth => truth.Kind == kind).CountBy(truth => truth.Answer).Select(pair => pair.Value).ToList();
            Assert.Equal(count, answers.Count);
            Assert.InRange((double)answers.Max() / answers.Sum(), 0, 1.4 / count);
        }
    }

    [Fact]
    public void There_are_two_to_eight_images_and_four_kinds_of_questions_about_them()
    {
        var truths = Samples.Of(SceneTask.Images, 3_000).Select(sample => sample.Truth<AnswerTruth>()).ToList();
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], truths.Select(truth => truth.Scenes.Count).Distinct().Order());
        Assert.All(truths.CountBy(truth => truth.Kind), pair => Assert.InRange(pair.Value, 350, 1_200));
        Assert.Equal(4, truths.CountBy(truth => truth.Kind).Count());

        var same = truths.Where(truth => truth.Kind == QuestionKind.Same).ToList();
        Assert.InRange((double)same.Count(truth => truth.Answer == "same") / same.Count, 0.43, 0.57);
        Assert.Equal(8, truths.Where(truth => truth.Kind == QuestionKind.Change).Select(truth => truth.Answer).Distinct().Count());
        Assert.InRange(truths.Count(truth => truth.NeedsDetail), 600, 2_000);
    }

    [Fact]
    public void Twins_are_the_same_half_of_the_times_and_where_not_differ_in_little_or_much()
    {
        var truths = Samples.Of(SceneTask.Twins, 3_000).Select(sample => sample.Truth<AnswerTruth>()).ToList();
        Assert.All(truths, truth => Assert.Equal(2, truth.Scenes.Count));

        var same = truths.Where(truth => truth.Kind == QuestionKind.Same).ToList();
        Assert.InRange((double)same.Count(truth => truth.Answer == "same") / same.Count, 0.43, 0.57);
        var much = same.Count(truth => truth.Answer == "different" && !truth.Scenes[0].Objects.Intersect(truth.Scenes[1].Objects).Any() && truth.Scenes[0].Background != truth.Scenes[1].Background);
        Assert.InRange(much, 200, 600);

        var changed = truths.Where(truth => truth.Kind == QuestionKind.Change).ToList();
        Assert.Equal(8, changed.Select(truth => truth.Answer).Distinct().Count());
        Assert.InRange(changed.Count, 400, 1_000);
    }

    [Fact]
    public void Answers_have_one_word_or_two()
    {
        Assert.All(Samples.Of(SceneTask.Question, 500).Concat(Samples.Of(SceneTask.Images, 500)), sample =>
            Assert.InRange(sample.Truth<AnswerTruth>().Answer.Split(' ').Length, 1, 2));
    }

    [Fact]
    public void Detail_is_said_to_be_needed_where_fills_or_marks_are_asked_for_or_named()
    {
        foreach (var truth in Samples.Of(SceneTask.Question, 2_000).Select(sample => sample.Truth<AnswerTruth>()))
        {
            var names = new[] { "plain", "striped", "dotted", "dot", "bar", "mark", "filled", "fill" };
            Assert.True(truth.NeedsDetail || !truth.Question.Split(' ', '?', ',', '.').Take(4).Any(names.Contains), truth.Question);
            Assert.True(truth.NeedsDetail || truth.Kind is not (QuestionKind.Mark or QuestionKind.Fill));
        }
    }
}
