using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Objects that were wanted beside those that a picture shows, matched so that as many attributes as possible are right.</summary>
/// <param name="Reading">What the picture shows.</param>
/// <param name="Objects">One for each wanted object, in their order.</param>
/// <param name="Invented">Objects that nobody wanted.</param>
/// <param name="IsBackgroundRight">Whether the background is the wanted one, or any where none was named.</param>
public sealed record SceneMatch(
    SceneReading Reading, IReadOnlyList<ObjectMatch> Objects, IReadOnlyList<ReadObject> Invented, bool IsBackgroundRight)
{
    /// <summary>How many objects can be wanted.</summary>
    public const int MaxObjects = 12;

    /// <summary>Whether the picture shows all that was wanted and nothing else.</summary>
    public bool IsRight => IsBackgroundRight && Reading.IsWhole && Invented.Count == 0 && Objects.All(match => match.IsRight);

    /// <summary>Compares a picture with a scene, in every attribute.</summary>
    public static SceneMatch Of(Scene wanted, SceneReading reading) =>
        Of([.. wanted.Objects.Select(item => ObjectDescription.Of(item))], wanted.Background, reading);

    /// <summary>Compares a picture with descriptions.</summary>
    /// <param name="background">The background, where one is named.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxObjects"/> are wanted.</exception>
    public static SceneMatch Of(IReadOnlyList<ObjectDescription> wanted, Background? background, SceneReading reading)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(reading);
        if (wanted.Count > MaxObjects)
        {
            throw new ArgumentException($"{wanted.Count} objects are wanted; at most {MaxObjects} can be matched.", nameof(wanted));
        }

        var partners = Assign(wanted, reading.Objects);
        return new SceneMatch(
            reading,
            [.. wanted.Select((item, index) => new ObjectMatch(item, partners[index] is { } partner ? reading.Objects[partner] : null))],
            [.. reading.Objects.Where((_, index) => !partners.Contains(index))],
            background is null ? reading.Background is not null : background == reading.Background);
    }

    // The partner of each wanted object. The best value of every set of wanted objects that the first so many read ones can have, by
    // dynamic programming, and which of them each read one took on the way there.
    private static int?[] Assign(IReadOnlyList<ObjectDescription> wanted, IReadOnlyList<ReadObject> read)
    {
        var sets = 1 << wanted.Count;
        var values = new int[sets];
        Array.Fill(values, -1, 1, sets - 1);
        var taken = new int[read.Count][];
        for (var i = 0; i < read.Count; i++)
        {
            taken[i] = new int[sets];
            var next = (int[])values.Clone();
            Array.Fill(taken[i], -1);
            for (var j = 0; j < wanted.Count; j++)
            {
                var value = Value(wanted[j], read[i].Item);
                for (var set = 0; set < sets; set++)
                {
                    if ((set & (1 << j)) != 0 && values[set ^ (1 << j)] is >= 0 and var before && before + value > next[set])
                    {
                        (next[set], taken[i][set]) = (before + value, j);
                    }
                }
            }

            values = next;
        }

        var partners = new int?[wanted.Count];
        var rest = Array.IndexOf(values, values.Max());
        for (var i = read.Count - 1; i >= 0; i--)
        {
            if (taken[i][rest] is >= 0 and var partner)
            {
                (partners[partner], rest) = (i, rest ^ (1 << partner));
            }
        }

        return partners;
    }

    // An object that is wrong in everything is still one.
    private static int Value(ObjectDescription wanted, SceneObject item) =>
        1 + BitOperations.PopCount((uint)ObjectMatch.RightIn(wanted, item));
}
