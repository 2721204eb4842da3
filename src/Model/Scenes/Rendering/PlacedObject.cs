namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>An object with its place and turn worked out: says of every point of the scene, in 64ths of its side, what is there.</summary>
internal readonly struct PlacedObject
{
    private const double StripePeriod = 5;
    private const double StripeWidth = 2.25;
    private const double DotPeriod = 3.8;
    private const double DotRadius = 1.2;
    private const double MarkRadius = 1.7;
    private const double BarLength = 5;
    private const double BarWidth = 2.2;
    private const double HalfRoot = 0.7071067811865476;

    private readonly ObjectShape _shape;
    private readonly ObjectFill _fill;
    private readonly ObjectMark _mark;
    private readonly double _x;
    private readonly double _y;
    private readonly double _cosine;
    private readonly double _sine;
    private readonly double _radius;
    private readonly double _perRadius;
    private readonly double _markX;
    private readonly double _markY;
    private readonly bool _isUpright;
    private readonly double _dotX;

    public PlacedObject(SceneObject item)
    {
        (_shape, _fill, _mark) = (item.Shape, item.Fill, item.Mark);
        (_x, _y) = ObjectLayout.Centre(item);
        (_cosine, _sine) = Rotation(item.Turn);
        _radius = ObjectLayout.Radius(item.Size);
        _perRadius = 1 / _radius;
        (_markX, _markY, _isUpright) = Silhouette.MarkPlace(item.Shape);
        (_markX, _markY) = (_markX * _radius, _markY * _radius);
        _dotX = FirstDot(_shape);
    }

    /// <summary>A square around the object that holds all of it.</summary>
    public (double Left, double Top, double Right, double Bottom) Frame
    {
        get
        {
            var reach = Silhouette.Reach * _radius;
            return (_x - reach, _y - reach, _x + reach, _y + reach);
        }
    }

    /// <summary>Whether a point belongs to the object.</summary>
    public bool Contains(double x, double y)
    {
        var (right, down) = Turned(x, y);
        return Silhouette.Contains(_shape, right * _perRadius, down * _perRadius);
    }

    /// <summary>What a point shows.</summary>
    public Surface At(double x, double y)
    {
        var (right, down) = Turned(x, y);
        if (!Silhouette.Contains(_shape, right * _perRadius, down * _perRadius))
        {
            return Surface.Outside;
        }

        return IsMark(right - _markX, down - _markY) ? Surface.Mark : IsPattern(right, down) ? Surface.Other : Surface.Main;
    }

    private static (double Cosine, double Sine) Rotation(int degrees) => degrees switch
    {
        0 => (1, 0),
        8 => (0.9902680687415704, 0.13917310096006544),
        -8 => (0.9902680687415704, -0.13917310096006544),
        16 => (0.9612616959383189, 0.27563735581699916),
        -16 => (0.9612616959383189, -0.27563735581699916),
        _ => throw new ArgumentOutOfRangeException(nameof(degrees), degrees, $"Objects are turned by {string.Join(", ", ObjectLayout.Turns)} degrees."),
    };

    // From the scene's axes, with y down, to the object's own.
    private (double Right, double Down) Turned(double x, double y)
    {
        var (right, down) = (x - _x, y - _y);
        return ((right * _cosine) + (down * _sine), (down * _cosine) - (right * _sine));
    }

    private bool IsMark(double right, double down)
    {
        if (_mark == ObjectMark.Dot)
        {
            return (right * right) + (down * down) <= MarkRadius * MarkRadius;
        }

        var (along, across) = _isUpright ? (down, right) : (right, down);
        return _mark == ObjectMark.Bar && Math.Abs(along) <= BarLength / 2 && Math.Abs(across) <= BarWidth / 2;
    }

    // Where the dots begin, so that enough of them fall on the thin shapes: a ring has one in its hole, others none in their middle.
    private static double FirstDot(ObjectShape shape) => shape switch
    {
        ObjectShape.Ring => 0,
        ObjectShape.Crescent => -0.7,
        _ => DotPeriod * HalfRoot,
    };

    // Both patterns lie along the diagonals, so that they are never mistaken for an edge.
    private bool IsPattern(double right, double down)
    {
        if (_fill == ObjectFill.Plain)
        {
            return false;
        }

        if (_fill == ObjectFill.Striped)
        {
            return Math.Abs(FromNearest(((right + down) * HalfRoot) + (StripePeriod / 2), StripePeriod)) <= StripeWidth / 2;
        }

        right -= _dotX;
        var (u, v) = (FromNearest((right + down) * HalfRoot, DotPeriod), FromNearest((right - down) * HalfRoot, DotPeriod));
        return (u * u) + (v * v) <= DotRadius * DotRadius;
    }

    // From the nearest multiple of the period.
    private static double FromNearest(double x, double period) => x - (period * Math.Floor((x / period) + 0.5));
}
