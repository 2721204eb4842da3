using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>Visual tokens that nothing has trained yet.</summary>
public sealed class FreshVisualTokenTests
{
    [Fact]
    public void Each_looks_where_its_cell_lies()
    {
        manual_seed(5);
        using var model = ModelFolder.Create(ConfigPresets.Get("mini"));
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var empty = Tokens(model, new Scene(new Background(BackgroundKind.Plain, BackgroundColour.White), []));
        Assert.True((empty - empty.mean([0], keepdim: true)).square().mean().sqrt().item<float>() > 0.2, "the tokens of one picture are alike");
        var found = Enum.GetValues<Place>().Count(place =>
        {
            var seen = Tokens(model, new Scene(
                new Background(BackgroundKind.Plain, BackgroundColour.White), [new SceneObject(ObjectShape.Circle, ObjectColour.Blue, ObjectSize.Big, ObjectFill.Plain, place)]));
            return (seen - empty).square().sum(1).argmax().item<long>() == (long)place;
        });
        Assert.InRange(found, 7, 9); // of nine; two would be chance
    }

    // [9, hidden] of a scene's picture.
    private static Tensor Tokens(MmInterleaved model, Scene scene) =>
        model.VisualTokenizer.Encode(ImageProcessor.ToTensor([new SceneImage(scene).Load(64)])).VisualTokens[0];
}
