using MmiGrains.Model.Engines;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>Features as a run of bytes, whole and in pieces, good and bad.</summary>
public sealed class FeatureBytesTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void A_run_gives_the_same_bits_back(ScalarType type)
    {
        using var features = SomeFeatures.Create(1, side: 6, type);
        var run = FeatureBytes.ToBytes(features);
        Assert.Equal(FeatureBytes.Count(features), run.Length);
        using var back = FeatureBytes.Parse(run);
        Same(features, back);
    }

    [Theory]
    [InlineData(168)]
    [InlineData(333)]
    [InlineData(10_000)]
    public void Pieces_of_any_size_read_in_any_order_make_the_same_features(int pieceBytes)
    {
        pieceBytes = Math.Max(pieceBytes, FeatureBytes.MostHeaderBytes);
        using var features = SomeFeatures.Create(2, side: 16);
        var run = FeatureBytes.ToBytes(features);
        var count = (run.Length + pieceBytes - 1) / pieceBytes;
        var pieces = Enumerable.Range(0, count).Select(i =>
        {
            var piece = new byte[Math.Min(pieceBytes, run.Length - (i * pieceBytes))];
            FeatureBytes.Read(features, i * pieceBytes, piece);
            return piece;
        }).ToArray();
        Assert.Equal(run, pieces.SelectMany(piece => piece));

        using var assembly = new FeatureAssembly(pieces[0], run.Length);
        for (var i = count - 1; i > 0; i--)
        {
            Assert.Contains("are missing", Assert.Throws<FeatureFormatException>(assembly.Finish).Message, StringComparison.Ordinal);
            assembly.Write(i * pieceBytes, pieces[i]);
        }

        using var back = assembly.Finish();
        Same(features, back);
    }

    [Fact]
    public void Every_range_is_the_runs_own()
    {
        using var features = SomeFeatures.Create(3);
        var run = FeatureBytes.ToBytes(features);
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var start = random.Next(run.Length + 1);
            var range = new byte[random.Next(run.Length - start + 1)];
            FeatureBytes.Read(features, start, range);
            Assert.Equal(run[start..(start + range.Length)], range);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureBytes.Read(features, run.Length, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureBytes.Read(features, -1, new byte[1]));
    }

    [Fact]
    public void Two_thousand_damaged_runs_are_refused_in_a_sentence_or_read_as_other_numbers()
    {
        using var features = SomeFeatures.Create(4);
        var run = FeatureBytes.ToBytes(features);
        var header = run.Length - (int)features.ByteCount;
        var refused = 0;
        for (var seed = 0; seed < 2000; seed++)
        {
            var (bytes, mustFail) = Damage(run, header, new Random(seed));
            try
            {
                using var read = FeatureBytes.Parse(bytes);
                Assert.False(mustFail, $"Seed {seed} was read.");
            }
            catch (FeatureFormatException problem)
            {
                Assert.StartsWith("The bytes are not an image's features: ", problem.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 1999);
    }

    [Fact]
    public void Shapes_that_no_encoder_makes_are_refused_on_both_sides()
    {
        using var batch = new ImageFeatures(zeros(2, 3, 4), new([zeros(2, 3, 4, 4)]));
        Assert.Contains("the first of them 1", Assert.Throws<ArgumentException>(() => FeatureBytes.Count(batch)).Message, StringComparison.Ordinal);
        using var whole = new ImageFeatures(zeros([1, 3, 4], ScalarType.Int64), new([zeros(1, 3, 4, 4)]));
        Assert.Throws<ArgumentException>(() => FeatureBytes.Count(whole));
    }

    [Fact]
    public void Tensors_that_are_not_contiguous_become_so()
    {
        var level = randn(1, 4, 4, 3).permute(0, 3, 1, 2);
        var expected = level.contiguous();
        using var features = FeatureBytes.OnHost(new ImageFeatures(randn(1, 2, 5), new([level])));
        Assert.True(level.IsInvalid);
        using var back = FeatureBytes.Parse(FeatureBytes.ToBytes(features));
        Assert.Equal(expected.bytes.ToArray(), back.Pyramid.Levels[0].bytes.ToArray());
        Assert.Same(features, FeatureBytes.OnHost(features));
    }

    private static (byte[] Bytes, bool MustFail) Damage(byte[] run, int header, Random random)
    {
        var bytes = run.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return (bytes[..random.Next(bytes.Length)], true);
            case 1:
                return ([.. bytes, .. new byte[1 + random.Next(5)]], true);
            case 2:
                for (var i = 0; i < 4; i++)
                {
                    bytes[random.Next(header)] = (byte)random.Next(256);
                }

                return (bytes, false); // sides may have changed places
            default:
                var at = random.Next(bytes.Length);
                bytes[at] ^= (byte)(1 << random.Next(8));
                return (bytes, at < header);
        }
    }

    private static void Same(ImageFeatures expected, ImageFeatures actual) =>
        Assert.All(SomeFeatures.Tensors(expected).Zip(SomeFeatures.Tensors(actual)), pair =>
        {
            Assert.Equal((pair.First.dtype, string.Join(',', pair.First.shape)), (pair.Second.dtype, string.Join(',', pair.Second.shape)));
            Assert.Equal(pair.First.bytes.ToArray(), pair.Second.bytes.ToArray());
        });
}
