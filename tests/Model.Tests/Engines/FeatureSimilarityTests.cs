using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.ImageEncoding;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>How alike two pictures are, by what the encoder of the model that ships sees.</summary>
public sealed class FeatureSimilarityTests
{
    private const int Stories = 40;

    [Fact]
    public void Pictures_of_one_story_are_more_alike_than_those_of_two()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(Golden.Path("..", "..", "models", "mini"));
        var stories = Enumerable.Range(0, Stories).Select(i => SceneSamples.Get(SceneSplit.Test, SceneTask.Story, i).Truth).OfType<StoryTruth>()
            .Select(truth => truth.Scenes.Take(2).Select(scene => Encode(model, scene)).ToArray()).ToArray();
        Assert.Equal(Stories, stories.Length);
        Assert.Equal(1, FeatureSimilarity.Of(stories[0][0], stories[0][0]), 1e-5);
        Assert.Equal(FeatureSimilarity.Of(stories[0][0], stories[1][0]), FeatureSimilarity.Of(stories[1][0], stories[0][0]), 1e-5);

        var same = stories.Select(story => FeatureSimilarity.Of(story[0], story[1])).Order().ToArray();
        var other = stories.Select((story, i) => FeatureSimilarity.Of(story[0], stories[(i + 1) % Stories][1])).Order().ToArray();
        var better = same.Sum(one => other.Count(two => one > two)) / (double)(Stories * Stories);
        TestContext.Current.SendDiagnosticMessage(
            $"same story: {Quartiles(same)}; another: {Quartiles(other)}; the same story's is greater in {better:P1} of pairs");
        Assert.InRange(better, 0.8, 1);

        static string Quartiles(double[] values) => $"{values[0]:0.00} {values[Stories / 4]:0.00} {values[Stories / 2]:0.00} {values[3 * Stories / 4]:0.00} {values[^1]:0.00}";
    }

    private static ImageFeatures Encode(MmInterleaved model, Scene scene)
    {
        var encoded = model.VisualTokenizer.Encode(ImageProcessor.ToTensor(new SceneImage(scene).Load(64)));
        return new ImageFeatures(encoded.VisualTokens, encoded.Pyramid);
    }
}
