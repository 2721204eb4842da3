using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class InterviewTests
{
    [Fact]
    public void Every_answer_and_box_is_the_one_that_the_records_give_and_follows_its_question()
    {
        var (answers, boxes) = (0, 0);
        foreach (var sample in Samples.Of(SceneTask.Interview, 1_000))
        {
            var truth = sample.Truth<InterviewTruth>();
            var turns = sample.Texts().Chunk(2).ToList();
            Assert.Equal(truth.Answers.Count + truth.Boxes.Count, turns.Count);
            Assert.All(truth.Answers, answer => Assert.Equal(QuestionReader.Answer(answer), answer.Answer));
            Assert.Equal(truth.Answers.Select(answer => (answer.Question, answer.Answer)), turns.Where(turn => !turn[0].StartsWith("<ref>", StringComparison.Ordinal)).Select(turn => (turn[0], turn[1])));
            Assert.Equal(truth.Boxes.Select(box => $"<box>{box.Box}</box>"), turns.Where(turn => turn[0].StartsWith("<ref>", StringComparison.Ordinal)).Select(turn => turn[1]));
            (answers, boxes) = (answers + truth.Answers.Count, boxes + truth.Boxes.Count);
        }

        Assert.InRange(answers, 6_000, 7_000);
        Assert.InRange(boxes, 1_200, 2_000);
    }

    [Fact]
    public void It_is_one_picture_and_six_to_ten_turns()
    {
        foreach (var sample in Samples.Of(SceneTask.Interview, 1_000))
        {
            Assert.Matches(@"^itT(\.tT){5,9}$", sample.Kinds());
        }
    }
}
