using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Interleaved;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Generation;

/// <summary>A growing sequence equals one that is read from the start each time.</summary>
[Collection(SharedModelCollection.Name)]
public sealed class InterleavedSessionTests(SharedModel golden)
{
    private static readonly TextOptions Greedy = new() { Sample = false, MaxNewTokens = 12, MinLength = 4, RepetitionPenalty = 1.3 };

    private readonly MmInterleaved _model = golden.Model;

    [Fact]
    public void Seeded_noise_is_the_reference_generators()
    {
        using var recorded = Recorded("h_generate_images");
        using var noise = new SeededNoise(42);

        Assert.Equal(Values(recorded, "init_latents"), noise.Draw([1, 4, 16, 16]).data<float>().ToArray());
        Assert.Equal(Values(recorded, "step_noise")[..1024], noise.Draw([1, 4, 16, 16]).data<float>().ToArray());
    }

    [Fact]
    public void Painted_image_is_the_references()
    {
        using var recorded = Recorded("h_generate_images");
        var ids = recorded.Read("text_ids").data<long>().ToArray();
        var pixels = recorded.Read("image_tensors_f16").to_type(ScalarType.Float32);
        using var session = new InterleavedSession(_model);

        session.Append(ids[..(Array.LastIndexOf(ids, 320L) + 1)], pixels.narrow(0, 0, 1));
        using var image = session.PaintImage(new DenoisingOptions(3, 7.5), seed: 42);

        var expected = recorded.Read("image_f16").to_type(ScalarType.Float32);
        Assert.InRange((image - expected).abs().max().item<float>(), 0, 1e-3f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Text_after_text_and_images_equals_reading_everything_again(int beams)
    {
        var options = Greedy with { Beams = beams };
        var pixels = rand([2, 3, 224, 224], generator: new Generator(7, CPU));
        using var session = new InterleavedSession(_model);

        session.Append([1, 20, 21, 22]);
        var first = session.GenerateText(options);
        session.Append([.. Image(), 40, 41], pixels.narrow(0, 0, 1));
        var second = session.GenerateText(options);
        session.Append([50, .. Image()], pixels.narrow(0, 1, 1));
        var before = session.TokenIds.ToArray();
        var third = session.GenerateText(options);

        Assert.NotEmpty(first);
        Assert.NotEmpty(second);
        var batch = _model.Batch(tensor(before, [1, before.Length]));
        var again = new TextGenerator(_model).Generate(batch, _model.VisualTokenizer.Encode(pixels), options)[0];
        Assert.Equal(again[1..], third);
    }

    [Fact]
    public void Trying_text_leaves_the_sequence_as_it_was()
    {
        using var session = new InterleavedSession(_model);
        session.Append([1, 30, 31]);

        var tried = session.TryText(Greedy);
        var written = session.GenerateText(Greedy);

        Assert.Equal(tried, written);
    }

    [Fact]
    public void The_first_image_is_painted_without_any_before_it()
    {
        using var session = new InterleavedSession(_model);
        session.Append([1, 30, 31, 320]);

        using var once = session.PaintImage(new DenoisingOptions(2, 3), 5);
        using var again = session.PaintImage(new DenoisingOptions(2, 3), 5);
        using var other = session.PaintImage(new DenoisingOptions(2, 3), 6);

        Assert.Equal(once.data<float>().ToArray(), again.data<float>().ToArray());
        Assert.NotEqual(once.data<float>().ToArray(), other.data<float>().ToArray());
    }

    [Fact]
    public void Too_long_a_sequence_is_refused_with_both_lengths()
    {
        using var session = new InterleavedSession(_model);
        var error = Assert.Throws<ArgumentException>(() => session.Append([1, .. Enumerable.Repeat(30L, 256)]));

        Assert.Equal("A sequence holds 256 tokens; this one would grow to 257.", error.Message);
    }

    private static long[] Image() => [320, .. Enumerable.Repeat(321L, 8)];

    private static SafetensorsFile Recorded(string name) => SafetensorsFile.Open(Golden.Path("cases", name + ".safetensors"));

    private static float[] Values(SafetensorsFile file, string name) => file.Read(name).data<float>().ToArray();
}
