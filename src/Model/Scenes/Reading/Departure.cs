using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>How far many pixels lie from a background's colours.</summary>
internal struct Departure
{
    // What a shift of the whole background costs, beside one that differs from pixel to pixel.
    private const float ShiftCost = 0.3f;

    private int _count;
    private Vector3 _sum;
    private float _squares;
    private float _rest;

    /// <summary>The sum of squared distances, of which one that all pixels share counts less.</summary>
    public readonly double Cost => _count == 0 ? _rest : _squares - ((1 - ShiftCost) * _sum.LengthSquared() / _count) + _rest;

    /// <summary>Counts a pixel's distance, up to a square of <paramref name="limit"/>.</summary>
    public void Add(Vector3 distance, float limit)
    {
        var square = distance.LengthSquared();
        if (square >= limit)
        {
            _rest += limit;
            return;
        }

        (_count, _sum, _squares) = (_count + 1, _sum + distance, _squares + square);
    }

    /// <summary>Those of both.</summary>
    public readonly Departure And(Departure other) => new()
    {
        _count = _count + other._count,
        _sum = _sum + other._sum,
        _squares = _squares + other._squares,
        _rest = _rest + other._rest,
    };
}
