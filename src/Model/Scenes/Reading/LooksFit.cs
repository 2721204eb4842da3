namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// Finds fill and mark, and the best of several poses, by drawing every combination and comparing it with the picture. Where none fits
/// well the picture may be soft, so the drawings are softened too; and pattern or mark may lie off their place, so they are moved.
/// </summary>
internal sealed class LooksFit(ObjectWindow window, ObjectColour colour)
{
    private const double SharpFit = 0.975;
    private const double GoodInside = 0.03;

    // Quarter pixels. A pattern repeats itself beyond; a mark farther off lies elsewhere.
    private const int Stride = 3;
    private const int PatternReach = 3;
    private const int MarkReach = 3;

    private static readonly ObjectFill[] Fills = Enum.GetValues<ObjectFill>();
    private static readonly ObjectMark[] Marks = Enum.GetValues<ObjectMark>();

    private readonly ObjectDrawing _drawing = new(window, colour);

    /// <summary>The best looks in any of these poses.</summary>
    public Looks Best(IReadOnlyList<Pose> poses)
    {
        var best = BestOf(poses);
        if (Explained(best) >= SharpFit && _drawing.InnerResidue(best) < GoodInside)
        {
            return best;
        }

        _drawing.Softness = BestSoftness(best);
        best = Settled(BestOf(poses));

        // The mark first: a pattern could be moved to where it covers for a mark that lies elsewhere.
        return _drawing.InnerResidue(best) < GoodInside ? best : WithMovedPattern(WithMovedMark(best));
    }

    /// <summary>The share of the picture's departure from the background, beyond its noise, that they explain; 1 is all of it.</summary>
    public double Explained(Looks looks)
    {
        var (departure, rest) = (_drawing.Departure - window.Noise, Math.Max(looks.Difference - window.Noise, 0));
        return departure > 0 ? 1 - (rest / departure) : 0;
    }

    private Looks BestOf(IEnumerable<Pose> poses) =>
        poses.Select(pose => _drawing.Best(new Looks(pose, default, default), Fills, Marks)).MinBy(looks => looks.Cost);

    // The outline alone may have been settled a little off.
    private Looks Settled(Looks looks)
    {
        while (BestOf(looks.Pose.Neighbours()) is var next && next.Cost < looks.Cost)
        {
            looks = next;
        }

        return looks;
    }

    private int BestSoftness(Looks looks)
    {
        return Enumerable.Range(0, Softening.Levels).MinBy(level =>
        {
            _drawing.Softness = level;
            return _drawing.Best(looks, [looks.Fill], [looks.Mark]).Cost;
        });
    }

    private Looks WithMovedPattern(Looks looks) => Moved(
        looks,
        PatternReach,
        (x, y) => Math.Abs(x) + Math.Abs(y) <= PatternReach,
        (still, shift) => _drawing.Best(still with { PatternShift = shift }, [ObjectFill.Striped, ObjectFill.Dotted], [looks.Mark]));

    private Looks WithMovedMark(Looks looks) => Moved(
        looks,
        MarkReach,
        (_, _) => true,
        (still, shift) => _drawing.Best(still with { MarkShift = shift }, [looks.Fill], [ObjectMark.Dot, ObjectMark.Bar]));

    // In strides first, then in single steps around the best of these.
    private static Looks Moved(Looks looks, int reach, Func<int, int, bool> isWithin, Func<Looks, (int X, int Y), Looks> draw)
    {
        var (best, middle) = (looks, (X: 0, Y: 0));
        foreach (var (x, y) in Steps(reach).Where(step => isWithin(step.X, step.Y)))
        {
            Consider((x * Stride, y * Stride));
        }

        var (middleX, middleY) = middle;
        foreach (var (x, y) in Steps(1))
        {
            Consider((middleX + x, middleY + y));
        }

        return best;

        void Consider((int X, int Y) shift)
        {
            var drawn = draw(looks, shift);
            (best, middle) = drawn.Cost < best.Cost ? (drawn, shift) : (best, middle);
        }
    }

    private static IEnumerable<(int X, int Y)> Steps(int reach) =>
        from y in Enumerable.Range(-reach, (2 * reach) + 1) from x in Enumerable.Range(-reach, (2 * reach) + 1) select (x, y);
}
