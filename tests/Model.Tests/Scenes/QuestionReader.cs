using System.Text.RegularExpressions;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

/// <summary>Answers questions from their words and the records alone, in its own way, to be compared with the answers that are trained.</summary>
internal static partial class QuestionReader
{
    private static readonly string[] Counts = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"];
    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

    public static string Answer(AnswerTruth truth)
    {
        var text = InOne().Replace(truth.Question.TrimEnd('?', '.'), "");
        var scene = InOne().Match(truth.Question) is { Success: true } named ? truth.Scenes[Array.IndexOf(Ordinals, named.Groups["number"].Value)] : truth.Scenes[0];
        return truth.Kind switch
        {
            QuestionKind.Colour => Only(scene, text).Colour.ToString().ToLowerInvariant(),
            QuestionKind.Shape => Only(scene, text).Shape.ToString().ToLowerInvariant(),
            QuestionKind.Fill => Only(scene, text.Replace(" plain, striped or dotted", "")).Fill.ToString().ToLowerInvariant(),
            QuestionKind.Size => Only(scene, text.Replace("how big", "").Replace(" small or big", "")).Size.ToString().ToLowerInvariant(),
            QuestionKind.Place => Place(Only(scene, text).Place),
            QuestionKind.Count => Counts[scene.Objects.Count(item => Fits(item, text))],
            QuestionKind.Total => Counts[truth.Scenes.Sum(one => one.Objects.Count(item => Fits(item, text)))],
            QuestionKind.Which => $"the {Ordinals[Single(truth.Scenes.Select((one, i) => (one, i)), pair => pair.one.Objects.Any(item => Fits(item, text))).i]}",
            QuestionKind.Mark => Mark(scene, text),
            QuestionKind.Relation => Relation(scene, text),
            QuestionKind.Same => Pair(truth.Scenes, text) is var (one, other) && one.Equals(other) ? "same" : "different",
            QuestionKind.Change => Change(Pair(truth.Scenes, text)),
            _ => throw new ArgumentException(text),
        };
    }

    /// <summary>Whether every attribute word of a text holds for an object.</summary>
    public static bool Fits(SceneObject item, string text)
    {
        var words = text.Split(' ', ',', '.').ToList();
        bool Agrees<T>(T value) where T : struct, Enum =>
            Enum.GetValues<T>().All(other => EqualityComparer<T>.Default.Equals(other, value)
                || !words.Any(word => word == Name(other) || word == Name(other) + "s" || word == Name(other) + "es"));
        var rows = words.Intersect(["top", "bottom", "left", "right", "centre"]).Order().ToList();
        return Agrees(item.Shape) && Agrees(item.Colour) && Agrees(item.Size) && Agrees(item.Fill)
            && (!words.Contains("dot") || item.Mark == ObjectMark.Dot)
            && (!words.Contains("bar") || item.Mark == ObjectMark.Bar)
            && (!words.Contains("without") || item.Mark == ObjectMark.None)
            && (rows.Count == 0 || rows.SequenceEqual(Place(item.Place).Split(' ').Order()));
    }

    [GeneratedRegex("^in the (?<number>[a-z]+) image, |^look at the (?<number>[a-z]+) picture. | in the (?<number>[a-z]+) image(?=[?.]?$)")]
    private static partial Regex InOne();

    private static string Mark(Scene scene, string text)
    {
        if (text.StartsWith("which mark") || text.StartsWith("what mark"))
        {
            return Name(Only(scene, text).Mark);
        }

        var asked = text.Contains("dot ") || text.EndsWith("dot") ? ObjectMark.Dot : text.Contains("bar ") || text.EndsWith("bar") ? ObjectMark.Bar : (ObjectMark?)null;
        var mark = Only(scene, text.Replace("black dot", "").Replace("black bar", "")).Mark;
        return (asked is null ? mark != ObjectMark.None : mark == asked) ? "yes" : "no";
    }

    private static string Relation(Scene scene, string text)
    {
        foreach (var direction in new[] { "left of", "right of", "above", "below" })
        {
            if (text.Split($" {direction} ") is [var subject, var reference])
            {
                var from = Only(scene, reference);
                bool IsThere(SceneObject item) => direction switch
                {
                    "left of" => (int)item.Place % 3 < (int)from.Place % 3,
                    "right of" => (int)item.Place % 3 > (int)from.Place % 3,
                    "above" => (int)item.Place / 3 < (int)from.Place / 3,
                    _ => (int)item.Place / 3 > (int)from.Place / 3,
                };
                if (subject.StartsWith("is ") || subject.StartsWith("do you"))
                {
                    return IsThere(Only(scene, subject)) ? "yes" : "no";
                }

                var found = Single(scene.Objects, IsThere);
                return $"{Name(found.Colour)} {Name(found.Shape)}";
            }
        }

        throw new ArgumentException(text);
    }

    private static (Scene One, Scene Other) Pair(IReadOnlyList<Scene> scenes, string text)
    {
        var named = Ordinals.Select((word, i) => (word, i)).Where(pair => text.Split(' ', '.', ',').Contains(pair.word)).Select(pair => scenes[pair.i]).ToList();
        Assert.Equal(2, named.Count);
        return (named[0], named[1]);
    }

    private static string Change((Scene One, Scene Other) pair)
    {
        var (one, other) = pair;
        var (gone, come) = (one.Objects.Except(other.Objects).ToList(), other.Objects.Except(one.Objects).ToList());
        var answers = new List<string>();
        if (one.Background != other.Background)
        {
            answers.Add("the background");
        }

        if (gone.Count + come.Count == 1)
        {
            answers.Add(gone.Count == 1 ? "one less" : "one more");
        }
        else if (gone.Count > 0)
        {
            var (before, after) = (Assert.Single(gone), Assert.Single(come));
            answers.AddRange(before.Shape == after.Shape ? [] : ["the shape"]);
            answers.AddRange(before.Colour == after.Colour ? [] : ["the colour"]);
            answers.AddRange(before.Fill == after.Fill ? [] : ["the fill"]);
            answers.AddRange(before.Size == after.Size ? [] : ["the size"]);
            answers.AddRange(before.Place == after.Place ? [] : ["the place"]);
            answers.AddRange(before.Mark == after.Mark ? [] : ["the mark"]);
        }

        return Assert.Single(answers);
    }

    private static SceneObject Only(Scene scene, string text) => Single(scene.Objects, item => Fits(item, text));

    private static T Single<T>(IEnumerable<T> things, Func<T, bool> isRight)
    {
        var right = things.Where(isRight).ToList();
        Assert.Single(right);
        return right[0];
    }

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Place(Place place) => string.Concat(place.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}")).ToLowerInvariant();
}
