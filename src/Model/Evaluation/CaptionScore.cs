using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Texts;

namespace MmiGrains.Model.Evaluation;

/// <summary>How much of a scene a caption says, and how much of what it says is so: attributes of objects, matched as well as can be.</summary>
/// <param name="Right">Attributes that are said and so.</param>
/// <param name="Said">Attributes that are said.</param>
/// <param name="There">Attributes that are there to be said: six of each object.</param>
public readonly record struct CaptionScore(int Right, int Said, int There)
{
    private const int Attributes = 6;

    /// <summary>2 right / (said + there).</summary>
    public static double F1(IEnumerable<CaptionScore> scores)
    {
        var (right, all) = (0, 0);
        foreach (var score in scores)
        {
            right += score.Right;
            all += score.Said + score.There;
        }

        return all == 0 ? 0 : 2.0 * right / all;
    }

    /// <summary>Scores one caption. A mark that is not mentioned is said not to be there, as in the captions that are trained.</summary>
    public static CaptionScore Of(string caption, Scene scene)
    {
        ObjectDescription[] said = [.. CaptionParser.Parse(caption).Objects.Select(item => item with { Mark = item.Mark ?? ObjectMark.None })];
        var shared = said.Select(item => scene.Objects.Select(other => Shared(item, other)).ToArray()).ToArray();
        return new CaptionScore(Assignment.Best(shared), said.Sum(Count), scene.Objects.Count * Attributes);
    }

    private static int Shared(ObjectDescription said, SceneObject item) =>
        (said.Shape == item.Shape ? 1 : 0) + (said.Colour == item.Colour ? 1 : 0) + (said.Size == item.Size ? 1 : 0)
        + (said.Fill == item.Fill ? 1 : 0) + (said.Place == item.Place ? 1 : 0) + (said.Mark == item.Mark ? 1 : 0);

    private static int Count(ObjectDescription said) => System.Numerics.BitOperations.PopCount((uint)said.Named);
}
