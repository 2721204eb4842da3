using System.Text.RegularExpressions;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public partial class StoryTests
{
    [Fact]
    public void A_story_keeps_its_character()
    {
        foreach (var truth in Samples.Of(SceneTask.Story, 2_000).Select(sample => sample.Truth<StoryTruth>()))
        {
            var first = truth.Scenes[0].Objects[0];
            Assert.InRange(truth.Scenes.Count, 3, 5);
            Assert.Equal(truth.Scenes.Count - 1, truth.Events.Count);
            Assert.All(truth.Scenes, scene =>
            {
                var now = scene.Objects[0];
                Assert.Equal((first.Shape, first.Colour, first.Fill, first.Mark, first.Turn), (now.Shape, now.Colour, now.Fill, now.Mark, now.Turn));
            });
        }
    }

    [Fact]
    public void Between_two_pictures_only_what_is_told_happens()
    {
        var kinds = new HashSet<EditKind>();
        foreach (var truth in Samples.Of(SceneTask.Story, 1_000).Select(sample => sample.Truth<StoryTruth>()))
        {
            for (var i = 0; i < truth.Events.Count; i++)
            {
                kinds.Add(truth.Events[i].Kind);
                EditTests.RequireOnlyChange(truth.Scenes[i], truth.Scenes[i + 1], truth.Events[i]);
                var target = truth.Events[i].Target;
                Assert.True(truth.Events[i].Kind switch
                {
                    EditKind.Move or EditKind.Resize => target == 0,
                    EditKind.Remove => target > 0,
                    _ => target is null,
                });
            }
        }

        Assert.Equal([EditKind.Resize, EditKind.Move, EditKind.Remove, EditKind.Add, EditKind.Background], kinds.Order());
    }

    [Fact]
    public void No_text_tells_how_the_character_looks()
    {
        foreach (var sample in Samples.Of(SceneTask.Story, 2_000))
        {
            var (truth, texts) = (sample.Truth<StoryTruth>(), sample.Texts());
            Assert.Contains(truth.Name, texts[0]);
            Assert.DoesNotMatch(Looks(), texts[0]);
            for (var i = 0; i < truth.Events.Count; i++)
            {
                // Looks are told of others that come or go; backgrounds have colours of their own.
                if (truth.Events[i].Kind is EditKind.Move or EditKind.Resize or EditKind.Background)
                {
                    Assert.DoesNotMatch(Looks(), texts[i + 1]);
                }
                else
                {
                    var other = truth.Events[i].Target is { } target ? truth.Scenes[i].Objects[target] : truth.Scenes[i + 1].Objects[^1];
                    Assert.True(QuestionReader.Fits(other, texts[i + 1]), texts[i + 1]);
                }
            }
        }
    }

    [Fact]
    public void Everything_but_the_first_text_is_trained()
    {
        Assert.All(Samples.Of(SceneTask.Story, 100), sample => Assert.Matches("^tI(TI){2,4}$", sample.Kinds()));
    }

    [GeneratedRegex("red|orange|yellow|green|cyan|blue|purple|pink|plain|striped|dotted|dot|bar|mark")]
    private static partial Regex Looks();
}
