using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

[Collection(SharedModelCollection.Name)]
public sealed class ManyImagesTests(SharedModel golden) : IDisposable
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TextGenerator _generator = new(golden.Model);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(50)]
    public void Up_to_50_images_are_seen_in_one_row(int count)
    {
        var pictures = golden.Pictures(count);
        var batch = golden.LeftPadded([golden.Document(count, 1, 1)]);
        using var read = _generator.Prefill(batch, pictures);
        Assert.True(read.NextLogits.isfinite().all().item<bool>());

        // The oldest is still in sight.
        var other = golden.Pictures(count, seed: 90);
        var levels = pictures.Pyramid.Levels.Zip(other.Pyramid.Levels, (mine, theirs) => cat([theirs.narrow(0, 0, 1), mine.narrow(0, 1, count - 1)], 0));
        using var changed = _generator.Prefill(batch, pictures with { Pyramid = new([.. levels]) });
        Near.Differs(read.NextLogits, changed.NextLogits, 1e-5);
    }

    [Fact]
    public void Fifty_one_images_are_one_too_many()
    {
        var e = Assert.Throws<ArgumentException>(() => _generator.Prefill(golden.LeftPadded([golden.Document(51, 0, 1)]), golden.Pictures(51)));
        Assert.Equal("A row may hold 50 images; this one holds 51.", e.Message);
    }

    [Fact]
    public void Text_alone_can_be_read_and_continued()
    {
        var batch = golden.LeftPadded([golden.Document(0, 5, 1), golden.Document(0, 2, 2)]);
        var ids = _generator.Generate(batch, null, new TextOptions { MaxNewTokens = 5 });
        Assert.Equal(2, ids.Length);
        Assert.All(ids, row => Assert.InRange(row.Length, 2, 6));
    }

    [Fact]
    public void Visual_tokens_and_images_must_be_as_many()
    {
        var batch = golden.LeftPadded([golden.Document(2, 3, 1)]);
        var e = Assert.Throws<ArgumentException>(() => golden.Model.Embed(batch.TokenIds, golden.Pictures(1).VisualTokens));
        Assert.Equal("The sequence has room for 16 visual tokens; 8 are given.", e.Message);
        Assert.Throws<ArgumentException>(() => golden.Model.Embed(batch.TokenIds, null));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _quiet.Dispose();
    }
}
