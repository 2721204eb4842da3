using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>A sample before it has a name, and the kinds of pieces it is made of.</summary>
internal sealed record Draft(IReadOnlyList<SamplePiece> Pieces, SceneTruth Truth)
{
    /// <summary>Text that is only read.</summary>
    public static SamplePiece Read(string text) => new TextPiece(text, IsTrained: false);

    /// <summary>An image that is only read.</summary>
    public static SamplePiece Read(Scene scene) => new ImagePiece(new SceneImage(scene), IsTrained: false);

    /// <summary>Text that the model learns to write.</summary>
    public static SamplePiece Learn(string text) => new TextPiece(text);

    /// <summary>An image that the model learns to paint.</summary>
    public static SamplePiece Learn(Scene scene) => new ImagePiece(new SceneImage(scene));
}
