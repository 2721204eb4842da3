using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class StreamTests
{
    private static SceneStream New(long seed = 3) => new(SceneMixture.Default, SceneSplit.Train, seed);

    [Fact]
    public void After_a_saved_position_come_the_samples_that_came_after_it()
    {
        using var stream = New();
        for (var i = 0; i < 37; i++)
        {
            stream.Next();
        }

        var position = JsonNode.Parse(stream.SavePosition().ToJsonString())!;
        var expected = Enumerable.Range(0, 50).Select(_ => Print(stream.Next())).ToList();
        using var other = New();
        other.Restore(position);
        Assert.Equal(expected, Enumerable.Range(0, 50).Select(_ => Print(other.Next())));
        Assert.Equal("""{"next":87}""", stream.SavePosition().ToJsonString());
    }

    [Fact]
    public void A_sample_says_where_it_can_be_found_again()
    {
        using var stream = New();
        for (var i = 0; i < 20; i++)
        {
            var sample = stream.NextSample();
            Assert.Equal((3L << 32) + i, sample.Index);
            Assert.Equal("scenes", sample.Data.Dataset);
            Assert.Equal($"scenes train {sample.Task.ToString().ToLowerInvariant()} {sample.Index}", sample.Data.Origin);
            Assert.Equal(Print(sample.Data), Print(SceneSamples.Get(SceneSplit.Train, sample.Task, sample.Index).Data));
        }
    }

    [Fact]
    public void Tasks_come_as_often_as_they_weigh()
    {
        using var stream = new SceneStream(
            new SceneMixture(new Dictionary<SceneTask, int> { [SceneTask.Picture] = 3, [SceneTask.Caption] = 1, [SceneTask.Story] = 0 }), SceneSplit.Train, 0);
        var counts = Enumerable.Range(0, 4_000).Select(_ => stream.NextSample().Task).CountBy(task => task).ToDictionary();
        Assert.Equal([SceneTask.Caption, SceneTask.Picture], counts.Keys.Order());
        Assert.InRange(counts[SceneTask.Picture], 2_900, 3_100);
    }

    [Fact]
    public void Scenes_that_are_too_full_are_left_out()
    {
        var mixture = new SceneMixture(new Dictionary<SceneTask, int> { [SceneTask.Picture] = 1, [SceneTask.Question] = 1 });
        using var stream = new SceneStream(mixture, SceneSplit.Train, 0, new SceneLimits { MaxObjects = 1 });
        var scenes = Enumerable.Range(0, 200).SelectMany(_ => stream.Next().Pieces).OfType<ImagePiece>().Select(piece => ((SceneImage)piece.Image).Scene);
        Assert.All(scenes, scene => Assert.Single(scene.Objects));
    }

    [Fact]
    public void Samples_of_too_many_images_are_left_out()
    {
        using var stream = new SceneStream(SceneMixture.Only(SceneTask.Series), SceneSplit.Train, 0, new SceneLimits { MaxImages = 2 });
        Assert.All(Enumerable.Range(0, 100).Select(_ => stream.Next()), sample => Assert.Equal(2, sample.Pieces.OfType<ImagePiece>().Count()));
    }

    [Theory]
    [InlineData(SceneTask.Question, QuestionKind.Count)]
    [InlineData(SceneTask.Images, QuestionKind.Change)]
    public void Samples_that_ask_something_else_are_left_out(SceneTask task, QuestionKind kind)
    {
        using var stream = new SceneStream(SceneMixture.Only(task), SceneSplit.Train, 0, new SceneLimits { Questions = [kind] });
        Assert.All(Enumerable.Range(0, 100).Select(_ => stream.NextSample()), sample => Assert.Equal(kind, sample.Truth<AnswerTruth>().Kind));
    }

    [Fact]
    public void Limits_that_no_sample_keeps_are_told()
    {
        using var stream = new SceneStream(SceneMixture.Only(SceneTask.Question), SceneSplit.Train, 0, new SceneLimits { Questions = [QuestionKind.Which] });
        Assert.Contains("questions which", Assert.Throws<DataException>(stream.Next).Message);
    }

    [Fact]
    public void Seeds_have_nothing_in_common()
    {
        using var one = New(0);
        using var other = New(1);
        var texts = Enumerable.Range(0, 100).Select(_ => Print(one.Next())).ToHashSet();
        Assert.DoesNotContain(Enumerable.Range(0, 100).Select(_ => Print(other.Next())), texts.Contains);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"next\": -1}")]
    [InlineData("{\"next\": 4294967296}")]
    [InlineData("{\"next\": \"7\"}")]
    [InlineData("{\"next\": 1.5}")]
    [InlineData("[7]")]
    public void A_position_that_is_not_one_is_refused_and_changes_nothing(string position)
    {
        using var stream = New();
        stream.Next();
        var problem = Assert.Throws<DataException>(() => stream.Restore(JsonNode.Parse(position)!));
        Assert.Contains("next", problem.Message);
        Assert.Equal("""{"next":1}""", stream.SavePosition().ToJsonString());
    }

    [Fact]
    public void Mixtures_and_seeds_that_cannot_be_are_refused()
    {
        Assert.Contains("'edit' is -2", Assert.Throws<DataException>(() => new SceneMixture(new Dictionary<SceneTask, int> { [SceneTask.Edit] = -2 })).Message);
        Assert.Throws<DataException>(() => new SceneMixture(new Dictionary<SceneTask, int>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneSamples.Get(SceneSplit.Train, SceneTask.Edit, -1));
    }

    private static string Print(DataSample sample) => string.Join('|', sample.Pieces.Select(piece => piece switch
    {
        TextPiece text => $"{piece.IsTrained} {text.Text}",
        ImagePiece image => $"{piece.IsTrained} {Convert.ToHexString(image.Image.Load(16).Pixels)}",
        _ => "turn ends",
    }));
}
