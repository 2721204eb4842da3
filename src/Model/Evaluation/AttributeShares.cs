using System.Numerics;
using MmiGrains.Model.Metrics;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;

namespace MmiGrains.Model.Evaluation;

/// <summary>Shares of what was wanted of pictures that are right: a picture that is wrong in one thing is not as bad as one that is wrong in all.</summary>
/// <param name="task">What the measures' names begin with.</param>
/// <param name="painted">Painted pictures beside what was wanted.</param>
/// <param name="clean">The true pictures beside the same.</param>
internal sealed class AttributeShares(string task, IReadOnlyList<SceneMatch> painted, IReadOnlyList<SceneMatch> clean)
{
    private static readonly ObjectAttributes[] Kinds =
        [ObjectAttributes.Shape, ObjectAttributes.Colour, ObjectAttributes.Size, ObjectAttributes.Fill, ObjectAttributes.Place, ObjectAttributes.Mark];

    /// <summary>Of all attributes of objects, the background being one.</summary>
    public SceneMeasure All => Measure("attributes", match => Share(match, ObjectAttributes.All, 1));

    /// <summary>
    /// Of each kind by itself; and of pictures, those that show as many objects as are wanted: of all, and, where some texts leave a place open, apart of those
    /// that say where every object is and of those that do not.
    /// </summary>
    public IEnumerable<SceneMeasure> ByKind =>
    [
        .. Kinds.SelectMany(kind => WhereKnown($"{kind.ToString().ToLowerInvariant()}s", match => Share(match, kind, 0))),
        Measure("backgrounds", match => match.IsBackgroundRight ? 1 : 0),
        Measure("numbers", Number),
        .. painted.Any(IsAnyPlaceOpen) ? NumbersByPlace() : [],
    ];

    private IEnumerable<SceneMeasure> NumbersByPlace() =>
    [
        .. WhereKnown("numbers, where places are said,", match => IsAnyPlaceOpen(match) ? double.NaN : Number(match)),
        .. WhereKnown("numbers, where a place is open,", match => IsAnyPlaceOpen(match) ? Number(match) : double.NaN),
    ];

    private static double Number(SceneMatch match) => match.Reading.Objects.Count == match.Objects.Count ? 1 : 0;

    private static bool IsAnyPlaceOpen(SceneMatch match) => match.Objects.Any(item => !item.Wanted.Named.HasFlag(ObjectAttributes.Place));

    private SceneMeasure[] WhereKnown(string what, Func<SceneMatch, double> share) => painted.All(match => double.IsNaN(share(match))) ? [] : [Measure(what, share)];

    private SceneMeasure Measure(string what, Func<SceneMatch, double> share)
    {
        // A sample without any of a kind says nothing of it.
        double[] shares = [.. painted.Select(share).Where(value => !double.IsNaN(value))];
        return new($"{task}: {what} right", Intervals.Mean(shares), null, clean.Select(share).Where(value => !double.IsNaN(value)).Average(), shares.Length);
    }

    private static double Share(SceneMatch match, ObjectAttributes kinds, int background)
    {
        var wanted = background + match.Objects.Sum(item => BitOperations.PopCount((uint)(item.Wanted.Named & kinds)));
        var right = (match.IsBackgroundRight ? background : 0) + match.Objects.Sum(item => BitOperations.PopCount((uint)(item.Right & kinds)));
        return wanted == 0 ? double.NaN : (double)right / wanted;
    }
}
