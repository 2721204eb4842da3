using MmiGrains.Model.Interleaved;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

public class MalformedSequenceTests
{
    private const long Bos = 1, Word = 7, Soi = 320, Image = 321;

    [Theory]
    [InlineData("a begin-of-image token needs 3 visual tokens after it, and has 0", Bos, Soi, Word, Word, Word)]
    [InlineData("a begin-of-image token needs 3 visual tokens after it, and has 2", Bos, Soi, Image, Image, Word)]
    [InlineData("a begin-of-image token needs 3 visual tokens after it, and has 2", Word, Word, Soi, Image, Image)]
    [InlineData("a begin-of-image token needs 3 visual tokens after it, and has 1", Soi, Image, Soi, Image, Image)]
    [InlineData("The sequence holds 3 visual tokens; its 0 images need 0", Bos, Image, Image, Image, Word)]
    [InlineData("The sequence holds 4 visual tokens; its 1 images need 3", Soi, Image, Image, Image, Image)]
    public void A_malformed_image_is_named_in_one_sentence(string sentence, params long[] ids)
    {
        var message = Message(() => Batch(ids));
        Assert.Contains(sentence, message);
        Assert.EndsWith(".", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void An_image_does_not_run_over_into_the_next_row()
    {
        using var ids = tensor(new long[] { Bos, Word, Soi, Image, Image, Image, Word, Word }, [2, 4]);
        var message = Message(() => new InterleavedBatch(ids, null, RandomRows.Special, 3));
        Assert.Equal("Row 0, position 2: a begin-of-image token needs 3 visual tokens after it, and has 1.", message);
    }

    [Fact]
    public void An_image_that_is_yet_to_come_may_end_the_last_row_only()
    {
        var batch = Batch([Bos, Soi, Image, Image, Image, Word, Soi]);
        Assert.True(batch.HasOpenImage);
        Assert.Equal(2, batch.Images.Count);
        Assert.Equal([1], batch.ImagesPerRow);
        using var visibility = batch.Visibility();
        Assert.Equal([1, 7, 1], visibility.shape);

        using var ids = tensor(new[] { Bos, Word, Soi, Bos, Word, Word }, [2, 3]);
        Assert.Contains("Row 0, position 2", Message(() => new InterleavedBatch(ids, null, RandomRows.Special, 3)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Another_number_of_document_beginnings_than_images_is_named(int count)
    {
        var message = Message(() => Batch([Bos, Soi, Image, Image, Image], new long[count]));
        Assert.Equal($"The sequence begins 1 images, but {count} document beginnings are given.", message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(40)]
    public void A_document_that_does_not_begin_before_its_image_is_named(long beginning)
    {
        var message = Message(() => Batch([Bos, Soi, Image, Image, Image], [beginning]));
        Assert.Contains("Row 0, position 1", message);
        Assert.Contains($"{beginning}", message);
        Assert.DoesNotContain('\n', message);
    }

    private static string Message(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;

    private static InterleavedBatch Batch(long[] ids, long[]? nearestBos = null) =>
        new(tensor(ids, [1, ids.Length]), null, RandomRows.Special, 3, nearestBos);
}
