using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Texts;

namespace MmiGrains.Model.Tests.Scenes;

public class DocumentTests
{
    [Fact]
    public void Captions_stand_all_before_or_all_behind_their_images_and_all_is_trained()
    {
        var samples = Samples.Of(SceneTask.Document, 1_000).ToList();
        Assert.All(samples, sample => Assert.Matches("^((TI){2,4}|T?(IT){2,4})$", sample.Kinds()));
        Assert.InRange(samples.Count(sample => sample.Kinds().EndsWith('I')), 430, 570);
    }

    [Fact]
    public void Every_caption_is_true_of_its_image()
    {
        foreach (var sample in Samples.Of(SceneTask.Document, 500))
        {
            // The heading may share a piece with the first caption, and says only what that caption's first sentence says.
            var captions = sample.Texts().Skip(sample.Texts().Count - sample.Truth.Scenes.Count).Select(text => text.TrimEnd('.').Split(". ")[^1]);
            foreach (var (caption, scene) in captions.Zip(sample.Truth.Scenes))
            {
                var said = CaptionParser.Parse(caption).Objects;
                Assert.Equal(scene.Objects.Count, said.Count);
                Assert.All(said.Zip(scene.Objects.OrderBy(item => item.Place)), pair => Assert.True(pair.First.Matches(pair.Second), caption));
            }
        }
    }
}
