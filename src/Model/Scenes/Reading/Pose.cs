namespace MmiGrains.Model.Scenes.Reading;

/// <summary>A template laid onto the picture.</summary>
/// <param name="Template">Shape, size, turn and scale.</param>
/// <param name="X">Where its middle lies, in quarter pixels from the left edge.</param>
/// <param name="Y">Where its middle lies, in quarter pixels from the upper edge.</param>
/// <param name="Cost">How badly its outline fits; 0 is exactly.</param>
internal readonly record struct Pose(ShapeTemplate Template, int X, int Y, double Cost)
{
    /// <summary>A pose whose area has its middle at a point, in pixels.</summary>
    public static Pose Around(ShapeTemplate template, double x, double y) =>
        new(template, FineGrid.Quarters(x - template.CentreX), FineGrid.Quarters(y - template.CentreY), double.MaxValue);

    /// <summary>One step aside, or in the next smaller or larger scale.</summary>
    public IEnumerable<Pose> Neighbours()
    {
        yield return this with { X = X - 1 };
        yield return this with { X = X + 1 };
        yield return this with { Y = Y - 1 };
        yield return this with { Y = Y + 1 };
        foreach (var scale in new[] { Template.ScaleIndex - 1, Template.ScaleIndex + 1 })
        {
            if (Template.With(Template.TurnIndex, scale) is { } scaled)
            {
                yield return this with { Template = scaled };
            }
        }
    }

    /// <summary>The same, turned about the middle of its area; its cost is that of before.</summary>
    public Pose Turned(int turnIndex)
    {
        var turned = Template.With(turnIndex, Template.ScaleIndex)!;
        return this with
        {
            Template = turned,
            X = X + FineGrid.Quarters(Template.CentreX - turned.CentreX),
            Y = Y + FineGrid.Quarters(Template.CentreY - turned.CentreY),
        };
    }
}
