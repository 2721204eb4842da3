namespace MmiGrains.Model.Scenes.Reading;

/// <summary>What may lie on a shape in one turn: the patterns around its middle, and the marks around theirs.</summary>
internal sealed class ShapeDetails
{
    // A pattern moves by less than 3 pixels on an object that reaches 11; half a bar is 2.5 long.
    private const int PatternReach = 16;
    private const int MarkReach = 4;

    private static readonly Lazy<ShapeDetails[]> Library = new(() =>
    [
        .. from shape in Enum.GetValues<ObjectShape>() from turn in ObjectLayout.Turns select new ShapeDetails(shape, turn),
    ]);

    private readonly FineGrid _patterns;
    private readonly FineGrid _marks;

    private ShapeDetails(ObjectShape shape, int turn)
    {
        var (sine, cosine) = Math.SinCos(turn * Math.PI / 180);
        _patterns = new FineGrid(PatternReach, (x, y) =>
        {
            var (right, down) = Turned(x, y);
            var covers = (ShapeGeometry.IsStripe(right, down) ? Covers.Stripe : 0) | (ShapeGeometry.IsDot(shape, right, down) ? Covers.Dot : 0);
            return (byte)covers;
        });
        _marks = new FineGrid(MarkReach, (x, y) =>
        {
            var (right, down) = Turned(x, y);
            var covers = (ShapeGeometry.IsMarkDot(right, down) ? Covers.MarkDot : 0) | (ShapeGeometry.IsMarkBar(shape, right, down) ? Covers.MarkBar : 0);
            return (byte)covers;
        });

        (double Right, double Down) Turned(double x, double y) => ((x * cosine) + (y * sine), (y * cosine) - (x * sine));
    }

    /// <summary>Those of a shape in one of <see cref="ObjectLayout.Turns"/>, by its index there.</summary>
    public static ShapeDetails Of(ObjectShape shape, int turnIndex) => Library.Value[((int)shape * ObjectLayout.Turns.Count) + turnIndex];

    /// <summary>Which patterns would cover a point, in quarter pixels from the middle of the object.</summary>
    public int Patterns(int right, int down) => _patterns[right, down];

    /// <summary>Which marks would cover a point, in quarter pixels from the middle of the mark.</summary>
    public int Marks(int right, int down) => _marks[right, down];
}
