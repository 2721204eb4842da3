using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class AlbumTests
{
    [Theory]
    [InlineData(SceneSplit.Train)]
    [InlineData(SceneSplit.Compositional)]
    public void Every_answer_is_the_one_that_the_records_give_and_follows_its_question(SceneSplit split)
    {
        var kinds = new Dictionary<QuestionKind, int>();
        foreach (var sample in Samples.Of(SceneTask.Album, 1_000, split))
        {
            var truth = sample.Truth<AlbumTruth>();
            Assert.Equal(truth.Answers.Select(answer => (answer.Question, answer.Answer)), sample.Texts().Chunk(2).Select(turn => (turn[0], turn[1])));
            foreach (var answer in truth.Answers)
            {
                Assert.Equal(truth.Scenes, answer.Scenes);
                Assert.Equal(QuestionReader.Answer(answer), answer.Answer);
                kinds[answer.Kind] = kinds.GetValueOrDefault(answer.Kind) + 1;
            }
        }

        Assert.Equal([QuestionKind.Which, QuestionKind.Change, QuestionKind.Total, QuestionKind.Same], kinds.Keys.Order());
        Assert.All(kinds.Values, count => Assert.InRange(count, 500, 4_000));
    }

    [Fact]
    public void It_is_two_to_eight_pictures_and_six_to_ten_turns()
    {
        foreach (var sample in Samples.Of(SceneTask.Album, 1_000))
        {
            Assert.Matches(@"^i{2,8}tT(\.tT){5,9}$", sample.Kinds());
        }
    }
}
