using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Draws one object with several fills and marks at once, and says how far each drawing is from the picture.</summary>
internal sealed class ObjectDrawing
{
    // What a fill or mark that is drawn must at least explain: a share of what it would, were the whole object of its tone, and a
    // number of pixels. Else every small unevenness would be one.
    private const double LeastFill = 0.015;
    private const double LeastMark = 2;

    private const int CoverSets = 32;

    private static readonly int Marks = Enum.GetValues<ObjectMark>().Length;

    // For every fill and mark and every set of covers: 1 for the main tone, 1 << 8 for the other, 1 << 16 for the mark.
    private static readonly int[][] Surfaces =
    [
        .. from fill in Enum.GetValues<ObjectFill>()
           from mark in Enum.GetValues<ObjectMark>()
           select Enumerable.Range(0, CoverSets).Select(covers => Surface((Covers)covers, fill, mark)).ToArray(),
    ];

    private readonly ObjectWindow _window;
    private readonly Vector3 _main;
    private readonly Vector3 _other;
    private readonly Softening _softening;
    private readonly Vector3[][] _drawings;
    private readonly bool[] _isInner;

    public ObjectDrawing(ObjectWindow window, ObjectColour colour)
    {
        _window = window;
        (_main, _other) = (Tones.Of(Palette.Main(colour)), Tones.Of(Palette.Other(colour)));
        _softening = new Softening(window.Width, window.Height);
        _drawings = [.. Surfaces.Select(_ => new Vector3[window.Pixels.Length])];
        _isInner = new bool[window.Pixels.Length];
        Departure = Difference(window.Behind);
    }

    /// <summary>How soft drawings are: below <see cref="Softening.Levels"/>.</summary>
    public int Softness { get; set; }

    /// <summary>The sum of squared distances between the picture and the background alone.</summary>
    public double Departure { get; }

    /// <summary>The same looks with the best of these fills and marks.</summary>
    public Looks Best(Looks looks, ReadOnlySpan<ObjectFill> fills, ReadOnlySpan<ObjectMark> marks)
    {
        Span<int> chosen = stackalloc int[fills.Length * marks.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] = ((int)fills[i / marks.Length] * Marks) + (int)marks[i % marks.Length];
        }

        var area = Draw(looks, chosen);
        var best = looks with { Cost = double.MaxValue };
        foreach (var index in chosen)
        {
            var (fill, mark) = ((ObjectFill)(index / Marks), (ObjectMark)(index % Marks));
            var difference = Difference(_softening.Apply(_drawings[index], Softness));
            var cost = difference
                + (fill == ObjectFill.Plain ? 0 : LeastFill * area * Vector3.DistanceSquared(_main, _other))
                + (mark == ObjectMark.None ? 0 : LeastMark * Vector3.DistanceSquared(_main, Tones.Mark));
            best = cost < best.Cost ? looks with { Fill = fill, Mark = mark, Difference = difference, Cost = cost } : best;
        }

        return best;
    }

    /// <summary>How much of a pixel's difference between both tones is left unexplained inside the object, as a mean of squares.</summary>
    public double InnerResidue(Looks looks)
    {
        int[] chosen = [((int)looks.Fill * Marks) + (int)looks.Mark];
        Draw(looks, chosen);
        var drawing = _softening.Apply(_drawings[chosen[0]], Softness);
        var (residue, count) = (0.0, 0);
        for (var i = 0; i < drawing.Length; i++)
        {
            if (_isInner[i] && _window.Counts[i])
            {
                (residue, count) = (residue + Vector3.DistanceSquared(drawing[i], _window.Pixels[i]), count + 1);
            }
        }

        return count == 0 ? 0 : residue / count / Vector3.DistanceSquared(_main, _other);
    }

    private static int Surface(Covers covers, ObjectFill fill, ObjectMark mark)
    {
        if (!covers.HasFlag(Covers.Shape))
        {
            return 0;
        }

        var isMark = (mark == ObjectMark.Dot && covers.HasFlag(Covers.MarkDot)) || (mark == ObjectMark.Bar && covers.HasFlag(Covers.MarkBar));
        var isOther = (fill == ObjectFill.Striped && covers.HasFlag(Covers.Stripe)) || (fill == ObjectFill.Dotted && covers.HasFlag(Covers.Dot));
        return isMark ? 1 << 16 : isOther ? 1 << 8 : 1;
    }

    // Returns the object's area in pixels.
    private double Draw(Looks looks, ReadOnlySpan<int> chosen)
    {
        var template = looks.Pose.Template;
        var area = 0;
        Span<int> points = stackalloc int[CoverSets];
        for (var i = 0; i < _window.Pixels.Length; i++)
        {
            var right = ((_window.Left + (i % _window.Width)) * FineGrid.Fine) - looks.Pose.X;
            var down = ((_window.Top + (i / _window.Width)) * FineGrid.Fine) - looks.Pose.Y;
            var coverage = template.Coverage(right, down);
            (_isInner[i], area) = (coverage == ShapeTemplate.Full, area + coverage);
            var present = coverage == 0 ? 0u : Count(looks, right, down, points);
            foreach (var index in chosen)
            {
                var counts = 0;
                for (var rest = present; rest != 0; rest &= rest - 1)
                {
                    var covers = BitOperations.TrailingZeroCount(rest);
                    counts += Surfaces[index][covers] * points[covers];
                }

                _drawings[index][i] = coverage == 0 ? _window.Behind[i] : Mixed(counts, _window.Behind[i]);
            }
        }

        return (double)area / ShapeTemplate.Full;
    }

    // How many points of a pixel have each set of covers; returns the sets that there are, as bits.
    private static uint Count(Looks looks, int right, int down, Span<int> points)
    {
        var (template, details) = (looks.Pose.Template, looks.Pose.Template.Details);
        var (patternX, patternY) = (right - looks.PatternShift.X, down - looks.PatternShift.Y);
        var (markX, markY) = (right - template.MarkX - looks.MarkShift.X, down - template.MarkY - looks.MarkShift.Y);
        points.Clear();
        var present = 0u;
        for (var point = 0; point < ShapeTemplate.Full; point++)
        {
            var (x, y) = (point % FineGrid.Fine, point / FineGrid.Fine);
            var covers = template.Point(right + x, down + y) | details.Patterns(patternX + x, patternY + y) | details.Marks(markX + x, markY + y);
            points[covers]++;
            present |= 1u << covers;
        }

        return present;
    }

    private Vector3 Mixed(int counts, Vector3 behind)
    {
        var (mains, others, marks) = (counts & 255, (counts >> 8) & 255, counts >> 16);
        var rest = ShapeTemplate.Full - mains - others - marks;
        return ((behind * rest) + (_main * mains) + (_other * others) + (Tones.Mark * marks)) / ShapeTemplate.Full;
    }

    private double Difference(Vector3[] drawing)
    {
        var difference = 0f;
        for (var i = 0; i < drawing.Length; i++)
        {
            difference += _window.Counts[i] ? Vector3.DistanceSquared(drawing[i], _window.Pixels[i]) : 0;
        }

        return difference;
    }
}
