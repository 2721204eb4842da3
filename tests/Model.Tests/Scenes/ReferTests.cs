using System.Text.RegularExpressions;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public partial class ReferTests
{
    [Fact]
    public void The_phrase_means_the_target_alone_and_the_box_is_its()
    {
        foreach (var sample in Samples.Of(SceneTask.Refer, 1_000))
        {
            var (truth, texts) = (sample.Truth<ReferTruth>(), sample.Texts());
            Assert.Equal("itT", sample.Kinds());
            var phrase = Phrase().Match(texts[0]);
            Assert.True(phrase.Success, texts[0]);
            Assert.Equal([truth.Target], Enumerable.Range(0, truth.Scene.Objects.Count).Where(i => QuestionReader.Fits(truth.Scene.Objects[i], phrase.Groups[1].Value)));
            Assert.Equal(ObjectBounds.Of(truth.Scene.Objects[truth.Target]), truth.Box);

            var numbers = BoxText().Match(texts[1]);
            Assert.True(numbers.Success, texts[1]);
            Assert.Equal(truth.Box, new Box(Number(1), Number(2), Number(3), Number(4)));
            Assert.True(truth.Box is { Left: >= 0, Top: >= 0, Right: <= 999, Bottom: <= 999 } && truth.Box.Right - truth.Box.Left > 100);

            int Number(int group) => int.Parse(numbers.Groups[group].Value);
        }
    }

    [GeneratedRegex("^<ref>(the .*)</ref>$")]
    private static partial Regex Phrase();

    [GeneratedRegex(@"^<box>\((\d+),(\d+)\)\((\d+),(\d+)\)</box>$")]
    private static partial Regex BoxText();
}
