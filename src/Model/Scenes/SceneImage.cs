using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes.Rendering;

namespace MmiGrains.Model.Scenes;

/// <summary>A scene that is drawn when its pixels are asked for.</summary>
/// <param name="Scene">What to draw.</param>
/// <param name="IsClassMap">Whether to draw its class map instead.</param>
public sealed record SceneImage(Scene Scene, bool IsClassMap = false) : ISampleImage
{
    public RgbImage Load(int side) => IsClassMap ? SceneRenderer.RenderClassMap(Scene, side) : SceneRenderer.Render(Scene, side);

    public IReadOnlyList<LabelField> Labels(TokenGrid cells) => IsClassMap ? [] : SceneLabels.Of(Scene, cells);
}
