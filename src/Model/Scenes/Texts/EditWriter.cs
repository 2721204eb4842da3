using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Texts;

/// <summary>Instructions to change a picture.</summary>
internal static class EditWriter
{
    /// <summary>One sentence that tells the change from one scene to the next.</summary>
    public static string Instruction(SceneRandom random, Scene before, Scene after, SceneEdit edit)
    {
        var please = random.Chance(20) ? "please " : "";
        return please + (edit.Target is { } target
            ? Change(random, The(random, before, target), edit.Kind, edit.Kind == EditKind.Remove ? null : after.Objects[target])
            : edit.Named is { } added
                ? $"{random.Pick("add", "put", "draw")} {Phrases.Some(random, added)}"
                : Backdrop(random, after.Background)) + ".";
    }

    private static string The(SceneRandom random, Scene before, int target) =>
        Phrases.The(random, ObjectDescription.Unambiguous(random, before, target, ObjectAttributes.All)!);

    private static string Change(SceneRandom random, string it, EditKind kind, SceneObject? changed)
    {
        return kind switch
        {
            EditKind.Remove => random.Pick($"remove {it}", $"take {it} away", $"erase {it}"),
            EditKind.Recolour => Make(Words.Of(changed!.Colour)),
            EditKind.Refill => Make(Words.Of(changed!.Fill)),
            EditKind.Resize => Make(Words.Of(changed!.Size)),
            EditKind.Move => $"{random.Pick("move", "put", "bring")} {it} {Phrases.To(changed!.Place)}",
            EditKind.AddMark => $"{random.Pick("add", "draw")} a black {Words.Of(changed!.Mark)} {random.Pick("on", "to")} {it}",
            EditKind.RemoveMark => random.Pick($"remove the mark from {it}", $"take the mark away from {it}", $"erase the mark on {it}"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Such an edit has no object."),
        };

        string Make(string attribute) => random.Pick($"make {it} {attribute}", $"turn {it} {attribute}", $"let {it} be {attribute}");
    }

    private static string Backdrop(SceneRandom random, Background background) => random.Chance(50)
        ? $"{random.Pick("use", "put everything on")} {Phrases.Some(random, background)}"
        : $"change it so that {Phrases.Sentence(random, background)}";
}
