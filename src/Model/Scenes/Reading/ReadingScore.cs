namespace MmiGrains.Model.Scenes.Reading;

/// <summary>The matches of many pictures, added up.</summary>
public sealed class ReadingScore
{
    private static readonly (ObjectAttributes Attribute, Func<ConfusionMatrix> Create, Func<ObjectDescription, int?> Value)[] Attributes =
    [
        (ObjectAttributes.Shape, ConfusionMatrix.Of<ObjectShape>, item => (int?)item.Shape),
        (ObjectAttributes.Colour, ConfusionMatrix.Of<ObjectColour>, item => (int?)item.Colour),
        (ObjectAttributes.Size, ConfusionMatrix.Of<ObjectSize>, item => (int?)item.Size),
        (ObjectAttributes.Fill, ConfusionMatrix.Of<ObjectFill>, item => (int?)item.Fill),
        (ObjectAttributes.Mark, ConfusionMatrix.Of<ObjectMark>, item => (int?)item.Mark),
        (ObjectAttributes.Place, ConfusionMatrix.Of<Place>, item => (int?)item.Place),
    ];

    private readonly Dictionary<ObjectAttributes, ConfusionMatrix> _confusion = Attributes.ToDictionary(each => each.Attribute, each => each.Create());

    public int Pictures { get; private set; }

    /// <summary>Pictures that show all that was wanted and nothing else.</summary>
    public int PicturesRight { get; private set; }

    public int BackgroundsRight { get; private set; }

    /// <summary>Objects that were wanted.</summary>
    public int Objects { get; private set; }

    /// <summary>Those with every named attribute right.</summary>
    public int ObjectsRight { get; private set; }

    /// <summary>Those in whose stead nothing was read.</summary>
    public int Missed { get; private set; }

    /// <summary>Objects that were read though nobody wanted them.</summary>
    public int Invented { get; private set; }

    /// <summary>Things that are no object of this world.</summary>
    public int Unreadable { get; private set; }

    /// <summary>What was read for what, by attribute, of the objects for which it was named.</summary>
    public IReadOnlyDictionary<ObjectAttributes, ConfusionMatrix> Confusion => _confusion;

    /// <summary>Adds one picture.</summary>
    public void Add(SceneMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        Pictures++;
        PicturesRight += match.IsRight ? 1 : 0;
        BackgroundsRight += match.IsBackgroundRight ? 1 : 0;
        Objects += match.Objects.Count;
        ObjectsRight += match.Objects.Count(item => item.IsRight);
        Missed += match.Objects.Count(item => item.Read is null);
        Invented += match.Invented.Count;
        Unreadable += match.Reading.UnreadableCount;
        foreach (var (attribute, _, value) in Attributes)
        {
            foreach (var item in match.Objects.Where(item => item.Wanted.Named.HasFlag(attribute)))
            {
                _confusion[attribute].Add(value(item.Wanted), item.Read is { } read ? value(ObjectDescription.Of(read.Item)) : null);
            }

            foreach (var item in match.Invented)
            {
                _confusion[attribute].Add(null, value(ObjectDescription.Of(item.Item)));
            }
        }
    }
}
