using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// Compares an object's outline with every template. A pixel that a template covers by so many sixteenths is charged its squared
/// distance from that mixture of the background and whichever of the object's tones suits it best, so fills and marks do not matter.
/// </summary>
internal sealed class OutlineFit
{
    private const int Levels = ShapeTemplate.Full + 1;

    private readonly ObjectWindow _window;
    private readonly float[] _costs;

    public OutlineFit(ObjectWindow window, ObjectColour colour)
    {
        _window = window;
        _costs = new float[window.Pixels.Length * Levels];
        var (main, other, mark) = (Tones.Of(Palette.Main(colour)), Tones.Of(Palette.Other(colour)), Tones.Mark);
        Vector3[] tones = [main, other, mark, (main + other) / 2, (main + mark) / 2, (other + mark) / 2];
        for (var i = 0; i < window.Pixels.Length; i++)
        {
            for (var level = 0; level < Levels && window.Counts[i]; level++)
            {
                _costs[(i * Levels) + level] = Cost(window.Pixels[i], window.Behind[i], tones, (float)level / ShapeTemplate.Full);
            }
        }
    }

    /// <summary>
    /// The best poses, best first: those of so many shapes and sizes are moved and scaled until they fit, and all their turns are
    /// compared, which for a circle the outline cannot tell.
    /// </summary>
    public IReadOnlyList<Pose> Best(int shapes, int poses)
    {
        var blob = _window.Blob;
        var settled = ShapeTemplate.All
            .Select(template => Measured(Pose.Around(template, blob.CentreX, blob.CentreY)))
            .GroupBy(pose => (pose.Template.Shape, pose.Template.Size))
            .Select(group => group.MinBy(pose => pose.Cost))
            .OrderBy(pose => pose.Cost)
            .Take(shapes)
            .Select(pose => Settled(pose, BestStepOrChange));
        var turned = settled
            .SelectMany(pose => Enumerable.Range(0, ObjectLayout.Turns.Count).Select(turn => Measured(pose.Turned(turn))))
            .OrderBy(pose => pose.Cost)
            .Take(poses)
            .Select(pose => Settled(pose, BestStep));
        return [.. turned.OrderBy(pose => pose.Cost)];
    }

    private static float Cost(Vector3 pixel, Vector3 behind, Vector3[] tones, float share)
    {
        var rest = pixel - (behind * (1 - share));
        var least = float.MaxValue;
        foreach (var tone in tones)
        {
            least = Math.Min(least, Vector3.DistanceSquared(rest, tone * share));
        }

        return least;
    }

    private static Pose Settled(Pose pose, Func<Pose, Pose> improve)
    {
        while (improve(pose) is var next && next.Cost < pose.Cost)
        {
            pose = next;
        }

        return pose;
    }

    private Pose BestStep(Pose pose)
    {
        var best = pose;
        for (var step = 0; step < 9; step++)
        {
            best = Better(best, pose with { X = pose.X + (step % 3) - 1, Y = pose.Y + (step / 3) - 1 });
        }

        return best;
    }

    private Pose BestStepOrChange(Pose pose)
    {
        var (turn, scale) = (pose.Template.TurnIndex, pose.Template.ScaleIndex);
        var best = BestStep(pose);
        foreach (var template in new[]
        {
            pose.Template.With(turn - 1, scale), pose.Template.With(turn + 1, scale),
            pose.Template.With(turn, scale - 1), pose.Template.With(turn, scale + 1),
        })
        {
            best = template is null ? best : Better(best, pose with { Template = template });
        }

        return best;
    }

    private Pose Better(Pose best, Pose pose) => Measured(pose) is var measured && measured.Cost < best.Cost ? measured : best;

    private Pose Measured(Pose pose)
    {
        var cost = 0f;
        Span<byte> coverage = stackalloc byte[_window.Width];
        for (var row = 0; row < _window.Height; row++)
        {
            pose.Template.Coverage((_window.Left * FineGrid.Fine) - pose.X, ((_window.Top + row) * FineGrid.Fine) - pose.Y, coverage);
            var costs = _costs.AsSpan(row * _window.Width * Levels, _window.Width * Levels);
            for (var column = 0; column < coverage.Length; column++)
            {
                cost += costs[(column * Levels) + coverage[column]];
            }
        }

        return pose with { Cost = cost };
    }
}
