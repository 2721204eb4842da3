using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class EditTests
{
    [Fact]
    public void An_edit_changes_only_what_it_says()
    {
        var kinds = new Dictionary<EditKind, int>();
        foreach (var sample in Samples.Of(SceneTask.Edit, 4_500).Concat(Samples.Of(SceneTask.Edit, 1_000, SceneSplit.Compositional)))
        {
            var truth = sample.Truth<EditTruth>();
            Assert.Equal("itI", sample.Kinds());
            Assert.Equal([truth.Before, truth.After], truth.Scenes);
            RequireOnlyChange(truth.Before, truth.After, truth.Edit);
            kinds[truth.Edit.Kind] = kinds.GetValueOrDefault(truth.Edit.Kind) + 1;
        }

        Assert.Equal(Enum.GetValues<EditKind>(), kinds.Keys.Order());
        Assert.All(kinds, pair => Assert.InRange(pair.Value, 480, 740));
    }

    [Fact]
    public void The_instruction_means_one_object_and_tells_the_change()
    {
        foreach (var sample in Samples.Of(SceneTask.Edit, 2_000))
        {
            var (truth, text) = (sample.Truth<EditTruth>(), sample.Texts()[0]);
            if (truth.Edit.Target is { } target)
            {
                var meant = text.Replace("please ", "");
                var told = truth.Edit.Kind switch
                {
                    EditKind.Recolour => Word(truth.After.Objects[target].Colour),
                    EditKind.Refill => Word(truth.After.Objects[target].Fill),
                    EditKind.Resize => Word(truth.After.Objects[target].Size),
                    EditKind.AddMark => Word(truth.After.Objects[target].Mark),
                    _ => "",
                };
                Assert.Contains(told, text);
                meant = truth.Edit.Kind switch
                {
                    EditKind.Move => meant[..meant.LastIndexOf(" to the ", StringComparison.Ordinal)],
                    EditKind.AddMark => meant.Replace($"a black {told} ", ""),
                    EditKind.Recolour or EditKind.Refill or EditKind.Resize => meant[..meant.LastIndexOf(told, StringComparison.Ordinal)],
                    _ => meant,
                };
                Assert.Equal([truth.Before.Objects[target]], truth.Before.Objects.Where(item => QuestionReader.Fits(item, meant)));
            }
            else if (truth.Edit.Kind == EditKind.Add)
            {
                Assert.True(QuestionReader.Fits(truth.After.Objects[^1], text));
                Assert.True(truth.Edit.Named!.Matches(truth.After.Objects[^1]));
            }
            else
            {
                Assert.Contains(Word(truth.After.Background.First), text);
                Assert.Contains(truth.After.Background.Second is { } second ? Word(second) : "", text);
            }
        }
    }

    /// <summary>All of one scene is in the other, but for the change.</summary>
    internal static void RequireOnlyChange(Scene before, Scene after, SceneEdit edit)
    {
        if (edit.Kind == EditKind.Background)
        {
            Assert.NotEqual(before.Background, after.Background);
            Assert.Equal(before.Objects, after.Objects);
            return;
        }

        Assert.Equal(before.Background, after.Background);
        if (edit.Target is not { } target)
        {
            Assert.Equal(EditKind.Add, edit.Kind);
            Assert.Equal(before.Objects, after.Objects.SkipLast(1));
            Assert.Equal(after.Objects.Count, after.Objects.Select(item => item.Place).Distinct().Count());
            return;
        }

        var others = before.Objects.Where((_, i) => i != target);
        if (edit.Kind == EditKind.Remove)
        {
            Assert.Equal(others, after.Objects);
            Assert.NotEmpty(after.Objects);
            return;
        }

        Assert.Equal(others, after.Objects.Where((_, i) => i != target));
        var (old, now) = (before.Objects[target], after.Objects[target]);
        Assert.NotEqual(old, now);
        Assert.Equal(old, edit.Kind switch
        {
            EditKind.Recolour => now with { Colour = old.Colour },
            EditKind.Refill => now with { Fill = old.Fill },
            EditKind.Resize => now with { Size = old.Size, ShiftX = old.ShiftX, ShiftY = old.ShiftY },
            EditKind.Move => now with { Place = old.Place },
            EditKind.AddMark when old.Mark == ObjectMark.None => now with { Mark = old.Mark },
            EditKind.RemoveMark when now.Mark == ObjectMark.None => now with { Mark = old.Mark },
            _ => throw new InvalidOperationException($"{edit.Kind} from {old} to {now}"),
        });
        Assert.True(edit.Kind != EditKind.Resize || old.Size != now.Size);
        Assert.DoesNotContain(others, other => other.Place == now.Place);
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
