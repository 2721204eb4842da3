using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class AlbumTests
{
    [Theory]
    [InlineData(SceneTask.Album, SceneSplit.Train)]
    [InlineData(SceneTask.Album, SceneSplit.Compositional)]
    [InlineData(SceneTask.Series, SceneSplit.Train)]
    [InlineData(SceneTask.Series, SceneSplit.Compositional)]
    public void Every_answer_is_the_one_that_the_records_give_and_follows_its_question(SceneTask task, SceneSplit split)
    {
        var kinds = new Dictionary<QuestionKind, int>();
        foreach (var sample in Samples.Of(task, 1_000, split))
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

        // A series asks what its things are, and where.
        QuestionKind[] missing = task == SceneTask.Album ? [] : [QuestionKind.Count, QuestionKind.Mark, QuestionKind.Relation, QuestionKind.Change, QuestionKind.Total, QuestionKind.Same];
        Assert.Equal(Enum.GetValues<QuestionKind>().Except(missing), kinds.Keys.Order());
        Assert.All(kinds, kind => Assert.InRange(kind.Value, kind.Key >= QuestionKind.Which ? 500 : 50, 4_000)); // those about one image share a quarter
    }

    [Theory]
    [InlineData(SceneTask.Album)]
    [InlineData(SceneTask.Series)]
    public void It_is_two_to_eight_pictures_and_six_to_ten_turns(SceneTask task)
    {
        foreach (var sample in Samples.Of(task, 1_000))
        {
            Assert.Matches(@"^i{2,8}tT(\.tT){5,9}$", sample.Kinds());
        }
    }

    [Fact]
    public void Of_a_series_only_the_number_tells_which_image_is_asked_about()
    {
        var asked = Samples.Of(SceneTask.Series, 200).SelectMany(sample => sample.Truth<AlbumTruth>().Answers).Where(answer => answer.Kind != QuestionKind.Which).ToList();
        Assert.All(asked, answer => Assert.Contains("the thing", answer.Question));
        Assert.All(asked, answer => Assert.All(answer.Scenes, scene => Assert.Single(scene.Objects)));
        Assert.InRange(asked.Count, 800, 1_200);
    }
}
