using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// An image and an instruction, then the changed image. In the compositional split a changed colour or fill leads to the held-out
/// combination, and the other objects have one before and after.
/// </summary>
internal static class EditTask
{
    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var kind = random.Any<EditKind>();
        var (before, after, target) = Draw(composer, kind);
        var edit = new SceneEdit(kind, target);
        if (kind == EditKind.Add)
        {
            var item = after.Objects[^1];
            var mark = item.Mark == ObjectMark.None ? 0 : ObjectAttributes.Mark;
            edit = edit with { Named = ObjectDescription.Of(item, (ObjectAttributes.All & ~ObjectAttributes.Mark) | mark) };
        }

        var text = EditWriter.Instruction(random, before, after, edit);
        return new Draft([Draft.Read(before), Draft.Read(text), Draft.Learn(after)], new EditTruth(before, after, edit));
    }

    private static (Scene Before, Scene After, int? Target) Draw(SceneComposer composer, EditKind kind)
    {
        var random = composer.Random;
        var isTurnedRound = composer.Split == SceneSplit.Compositional && kind is EditKind.Recolour or EditKind.Refill;
        int? target = null;
        Scene? after = null;
        var before = composer.Until(
            () => composer.Scene(isTurnedRound ? random.Between(2, 4) : 1 + random.Weighted(30, 35, 25, 10)),
            scene =>
            {
                target = kind is EditKind.Add or EditKind.Background ? null : random.Next(scene.Objects.Count);
                after = SceneEditing.Change(composer, scene, kind, target);
                return after is not null;
            });
        return isTurnedRound ? (after!, before, target) : (before, after!, target);
    }
}
