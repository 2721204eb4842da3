using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Training;

public sealed class CollatorTests
{
    private static readonly SpecialTokenIds Special = SmallModel.Config.SpecialTokens;

    [Fact]
    public void Images_that_nothing_trained_comes_after_are_not_read()
    {
        using var model = ModelFolder.Create(SmallModel.Config);
        var example = Collate(model, isolate: true);

        // Text and a trained image; a caption; two images of which the first is before the trained second; the next row's only text is read.
        Assert.Equal([1L, 2L], example.ReadImages!.data<long>().ToArray());
        Assert.Null(Collate(model, isolate: false).ReadImages);
    }

    [Fact]
    public void The_loss_and_its_gradients_are_those_of_reading_all()
    {
        using var model = ModelFolder.Create(SmallModel.Config);
        foreach (var parameter in model.parameters())
        {
            using var quiet = no_grad();
            parameter.add_(randn_like(parameter) * 0.02); // so that nothing is zero at first
        }

        var example = Collate(model, isolate: true);
        var some = Gradients(model, example);
        var all = Gradients(model, example with { ReadImages = null });
        Assert.Equal(all.Loss, some.Loss, 1e-5);
        Assert.True(all.Values.Sum(Math.Abs) > 1);
        Assert.All(all.Values.Zip(some.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private static (float Loss, float[] Values) Gradients(MmInterleaved model, TrainingExample example)
    {
        model.zero_grad();
        var loss = model.Loss(example).Total;
        loss.backward();
        return (loss.item<float>(), [.. model.parameters().SelectMany(parameter => parameter.grad is { } grad ? grad.flatten().data<float>().ToArray() : [])]);
    }

    private static TrainingExample Collate(MmInterleaved model, bool isolate)
    {
        using var generator = new Generator(3);
        return new Collator(model, isolate).Collate(
            [Row((false, 3), (true, 0)), Row((false, 0), (true, 4), (true, 0), (true, 0)), Row((false, 0), (false, 2))], generator);
    }

    // Runs of text by their length, images by a length of 0. A document begins with each pair but the last row's second part.
    private static PackedRow Row(params (bool IsTrained, int Length)[] pieces)
    {
        var (ids, trained, images, bos) = (new List<long>(), new List<bool>(), new List<SampleImage>(), new List<long>());
        var nearest = 0;
        for (var i = 0; i < pieces.Length; i++)
        {
            if (i % 2 == 0)
            {
                nearest = ids.Count;
                ids.Add(Special.Bos);
                trained.Add(false);
            }

            var (isTrained, length) = pieces[i];
            if (length == 0)
            {
                var pixels = new RgbImage(64, 64, [.. Enumerable.Range(0, 64 * 64 * 3).Select(p => (byte)((p * (i + 3)) % 251))]);
                images.Add(new SampleImage(pixels, pixels, isTrained, ids.Count));
                bos.Add(nearest);
                ids.AddRange([Special.Soi, .. Enumerable.Repeat((long)Special.Image, SmallModel.Config.Sequence.NumImgToken)]);
            }
            else
            {
                ids.AddRange(Enumerable.Range(0, length).Select(t => 20L + t));
            }

            trained.AddRange(Enumerable.Repeat(isTrained, ids.Count - trained.Count));
        }

        return new PackedRow(ids, trained, images, bos, []);
    }
}
