using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class SplitTests
{
    [Fact]
    public void An_eighth_is_held_out_evenly_over_shapes_colours_and_fills()
    {
        var held = (
            from shape in Enum.GetValues<ObjectShape>()
            from colour in Enum.GetValues<ObjectColour>()
            from fill in Enum.GetValues<ObjectFill>()
            where HeldOutCombinations.Contains(shape, colour, fill)
            select (shape, colour, fill)).ToList();

        Assert.Equal(24, held.Count);
        Assert.All(held.CountBy(one => one.shape), pair => Assert.Equal(3, pair.Value));
        Assert.All(held.CountBy(one => one.colour), pair => Assert.Equal(3, pair.Value));
        Assert.All(held.CountBy(one => one.fill), pair => Assert.Equal(8, pair.Value));
        Assert.Equal(24, held.Select(one => (one.shape, one.colour)).Distinct().Count());
    }

    [Theory]
    [InlineData(SceneSplit.Train)]
    [InlineData(SceneSplit.Validation)]
    [InlineData(SceneSplit.Test)]
    public void No_split_but_the_compositional_one_has_a_held_out_combination(SceneSplit split)
    {
        var seen = new HashSet<(ObjectShape, ObjectColour, ObjectFill)>();
        foreach (var item in Samples.OfAll(600, split).SelectMany(sample => sample.Truth.Scenes).SelectMany(scene => scene.Objects))
        {
            Assert.False(HeldOutCombinations.Contains(item), item.ToString());
            seen.Add((item.Shape, item.Colour, item.Fill));
        }

        Assert.Equal(192 - 24, seen.Count);
    }

    [Fact]
    public void Every_compositional_object_is_held_out_but_one_whose_colour_or_fill_changes()
    {
        foreach (var sample in Samples.OfAll(400, SceneSplit.Compositional))
        {
            var mayVary = sample.Truth is EditTruth { Edit.Kind: EditKind.Recolour or EditKind.Refill }
                or AnswerTruth { Kind: QuestionKind.Change or QuestionKind.Same } or AlbumTruth;
            Assert.All(sample.Truth.Scenes, scene =>
            {
                var others = scene.Objects.Count(item => !HeldOutCombinations.Contains(item));
                Assert.InRange(others, 0, mayVary ? 1 : 0);
                Assert.True(others < scene.Objects.Count);
            });
            if (sample.Truth is EditTruth edit)
            {
                Assert.All(edit.After.Objects, item => Assert.True(HeldOutCombinations.Contains(item)));
            }
        }
    }

    [Fact]
    public void Splits_differ_at_every_index()
    {
        foreach (var task in Enum.GetValues<SceneTask>())
        {
            Assert.All(Enumerable.Range(0, 20), i => Assert.NotEqual(
                SceneSamples.Get(SceneSplit.Train, task, i).Truth.Scenes, SceneSamples.Get(SceneSplit.Test, task, i).Truth.Scenes));
        }
    }
}
