namespace MmiGrains.Model.Scenes.Texts;

/// <summary>
/// Reads captions back into attributes. Words that it does not know mean nothing to it, so it makes the best of any text: what is
/// unreadable is missing.
/// </summary>
public static class CaptionParser
{
    private static readonly char[] Ends = [',', '.', ';', ':', '!', '?'];

    /// <summary>What a caption says of objects and background.</summary>
    public static CaptionReading Parse(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        var objects = new List<ObjectDescription>();
        var ahead = new ObjectDescription();
        foreach (var words in Parts(caption))
        {
            var said = Describe(words);
            if (said.Shape is not null)
            {
                objects.Add(Merge(said, ahead));
                ahead = new ObjectDescription();
            }
            else if (words.Contains("there"))
            {
                // "at the top left there is ...": said of what comes next.
                ahead = said;
            }
            else if (objects.Count > 0)
            {
                objects[^1] = Merge(objects[^1], said);
            }
        }

        return new CaptionReading(objects, ReadBackground(caption));
    }

    // An article begins something new, as punctuation and "and" do: no part names two shapes.
    private static IEnumerable<List<string>> Parts(string caption)
    {
        var part = new List<string>();
        foreach (var written in Tokens(caption))
        {
            var word = written.TrimEnd(Ends);
            if (word is "a" or "an" or "and")
            {
                yield return part;
                part = [];
            }
            else
            {
                part.Add(word);
            }

            if (word.Length < written.Length)
            {
                yield return part;
                part = [];
            }
        }

        yield return part;
    }

    private static ObjectDescription Describe(IReadOnlyList<string> words) => new()
    {
        Shape = First<ObjectShape>(words),
        Colour = First<ObjectColour>(words),
        Size = First<ObjectSize>(words),
        Fill = First<ObjectFill>(words),
        Mark = words.Contains("mark") ? ObjectMark.None : First<ObjectMark>(words.Where(word => word != Words.Of(ObjectMark.None))),
        Place = ReadPlace(words),
    };

    private static T? First<T>(IEnumerable<string> words) where T : struct, Enum =>
        words.Select(Words.Parse<T>).FirstOrDefault(value => value is not null);

    private static Place? ReadPlace(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (i + 1 < words.Count && Words.Parse<Place>($"{words[i]} {words[i + 1]}") is { } corner)
            {
                return corner;
            }

            if (Words.Parse<Place>(words[i]) is { } place)
            {
                return place;
            }
        }

        return null;
    }

    private static ObjectDescription Merge(ObjectDescription first, ObjectDescription second) => new()
    {
        Shape = first.Shape ?? second.Shape,
        Colour = first.Colour ?? second.Colour,
        Size = first.Size ?? second.Size,
        Fill = first.Fill ?? second.Fill,
        Place = first.Place ?? second.Place,
        Mark = first.Mark ?? second.Mark,
    };

    private static Background? ReadBackground(string caption)
    {
        var words = Tokens(caption).Select(word => word.TrimEnd(Ends)).ToList();
        var colours = words.Select(Words.Parse<BackgroundColour>).OfType<BackgroundColour>().ToList();
        if (colours.Count == 0)
        {
            return null;
        }

        var kind = words.Contains("checks") ? BackgroundKind.Checks : words.Contains("gradient") ? BackgroundKind.Gradient : BackgroundKind.Plain;
        return kind == BackgroundKind.Plain ? new Background(kind, colours[0])
            : colours.Count > 1 ? new Background(kind, colours[0], colours[1])
            : null;
    }

    private static string[] Tokens(string caption) =>
        caption.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
