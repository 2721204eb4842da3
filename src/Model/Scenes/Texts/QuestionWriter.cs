using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Texts;

/// <summary>Questions about one image.</summary>
internal static class QuestionWriter
{
    /// <summary>What colour, shape, fill, size, place or mark something has.</summary>
    public static string What(SceneRandom random, QuestionKind kind, string it) => kind switch
    {
        QuestionKind.Colour => random.Pick($"what colour is {it}?", $"which colour does {it} have?", $"tell me the colour of {it}."),
        QuestionKind.Shape => random.Pick($"what shape is {it}?", $"which shape does {it} have?", $"tell me the shape of {it}."),
        QuestionKind.Fill => random.Pick($"is {it} plain, striped or dotted?", $"how is {it} filled?", $"which fill does {it} have?"),
        QuestionKind.Size => random.Pick($"is {it} small or big?", $"how big is {it}?", $"what size is {it}?"),
        QuestionKind.Place => random.Pick($"where is {it}?", $"where do you see {it}?", $"tell me where {it} is."),
        QuestionKind.Mark => random.Pick($"which mark does {it} have?", $"what mark is on {it}?"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is not an attribute."),
    };

    public static string Count(SceneRandom random, string things) =>
        random.Pick($"how many {things} are there?", $"how many {things} do you see?", $"count the {things}.");

    /// <summary>Yes or no: whether there is any mark, or this one.</summary>
    public static string HasMark(SceneRandom random, string it, ObjectMark? mark)
    {
        var what = mark is { } some ? $"black {Words.Of(some)}" : "mark";
        return random.Pick($"does {it} have a {what}?", $"is there a {what} on {it}?", $"is {it} with a {what}?");
    }

    public static string WhatIs(SceneRandom random, Direction direction, string it) =>
        random.Pick($"what is {Phrase(direction)} {it}?", $"what do you see {Phrase(direction)} {it}?", $"which thing is {Phrase(direction)} {it}?");

    /// <summary>Yes or no.</summary>
    public static string Is(SceneRandom random, string it, Direction direction, string other) =>
        random.Pick($"is {it} {Phrase(direction)} {other}?", $"do you see {it} {Phrase(direction)} {other}?");

    private static string Phrase(Direction direction) => direction switch
    {
        Direction.Left => "left of",
        Direction.Right => "right of",
        Direction.Above => "above",
        _ => "below",
    };
}
