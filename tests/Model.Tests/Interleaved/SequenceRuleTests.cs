using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>The rules of the sequence against their plainest form, over random packed rows.</summary>
public class SequenceRuleTests
{
    private const int Seeds = 60;

    [Fact]
    public void A_token_sees_the_images_of_its_own_document_that_began_before_it()
    {
        ForRandomRows((rows, batch) =>
        {
            var slots = rows.Images.GroupBy(image => image.Row).Select(group => group.Count()).DefaultIfEmpty(0).Max();
            Assert.Equal(slots, batch.MaxImages);
            using var visibility = batch.Visibility();
            Assert.Equal([rows.Ids.Length, rows.Length, slots], visibility.shape);
            var found = slots == 0 ? [] : visibility.data<float>().ToArray();
            for (var row = 0; row < rows.Ids.Length; row++)
            {
                var sois = rows.Images.Where(image => image.Row == row).Select(image => image.Soi).ToArray();
                for (var t = 0; t < rows.Length; t++)
                {
                    for (var n = 0; n < slots; n++)
                    {
                        var bos = RandomRows.LastBefore(rows.Ids[row], t + 1, RandomRows.Special.Bos, none: 0);
                        var sees = n < sois.Length && sois[n] + 1 > bos && sois[n] + 1 <= t;
                        Assert.Equal(sees ? 1 : 0, found[(((row * rows.Length) + t) * slots) + n]);
                    }
                }
            }
        });
    }

    [Fact]
    public void Targets_are_the_next_ids_but_for_what_is_not_trained()
    {
        var random = new Random(5);
        ForRandomRows((rows, batch) =>
        {
            int[] prompts = random.Next(2) == 0 ? [random.Next(0, 6)] : [.. rows.Ids.Select(_ => random.Next(0, 6))];
            foreach (var requireImage in new[] { false, true })
            {
                using var targets = batch.TextTargets(prompts, requireImage);
                Assert.Equal([rows.Ids.Length, rows.Length - 1], targets.shape);
                var expected = rows.Ids.SelectMany((_, row) => Enumerable.Range(1, rows.Length - 1)
                    .Select(t => Target(rows, row, t, prompts[prompts.Length == 1 ? 0 : row], requireImage)));
                Assert.Equal(expected, targets.data<long>().ToArray());
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_painter_looks_at_the_last_images_of_its_document(int count)
    {
        ForRandomRows((rows, _) =>
        {
            foreach (var documents in new[] { true, false })
            {
                var found = rows.Batch(documents).PrecedingImages(count);
                Assert.Equal(rows.Images.Length, found.Count);
                for (var i = 0; i < found.Count; i++)
                {
                    var image = rows.Images[i];
                    var begin = documents ? rows.NearestBos[i] : 0;
                    var before = Enumerable.Range(0, i).Where(j => rows.Images[j].Row == image.Row && rows.Images[j].Soi >= begin);
                    Assert.Equal(before.TakeLast(count), found[i]);
                }
            }
        });
    }

    [Fact]
    public void A_context_runs_backwards_from_its_image_to_the_beginning_of_its_document()
    {
        ForRandomRows((rows, batch) =>
        {
            if (rows.Images.Length == 0)
            {
                return;
            }

            using var scope = NewDisposeScope();
            var states = arange(rows.Ids.Length * rows.Length, ScalarType.Float32).view(rows.Ids.Length, rows.Length, 1) + 1;
            var (features, mask) = batch.Contexts(states);
            var longest = Enumerable.Range(0, rows.Images.Length).Max(i => rows.Images[i].Soi - rows.NearestBos[i] + 1);
            Assert.Equal([rows.Images.Length, longest, 1], features.shape);
            Assert.Equal([rows.Images.Length, longest], mask.shape);
            var expected = rows.Images.SelectMany((image, i) => Enumerable.Range(0, (int)longest).Select(back =>
                image.Soi - back >= rows.NearestBos[i] ? (image.Row * rows.Length) + image.Soi - back + 1f : 0f)).ToArray();
            Assert.Equal(expected, features.contiguous().data<float>().ToArray());
            Assert.Equal(expected.Select(value => value > 0 ? 1L : 0L), mask.data<long>().ToArray());
        });
    }

    [Fact]
    public void Some_contexts_are_the_same_as_the_same_ones_of_all()
    {
        var rows = Enumerable.Range(0, Seeds).Select(seed => new RandomRows(seed)).First(rows => rows.Images.Length > 3);
        using var scope = NewDisposeScope();
        var states = arange(rows.Ids.Length * rows.Length, ScalarType.Float32).view(rows.Ids.Length, rows.Length, 1) + 1;
        var (all, _) = rows.Batch().Contexts(states);
        var (some, mask) = rows.Batch().Contexts(states, [2, 0]);
        var length = some.shape[1];
        Assert.Equal(all[2].narrow(0, 0, length).data<float>().ToArray(), some[0].data<float>().ToArray());
        Assert.Equal(all[0].narrow(0, 0, length).data<float>().ToArray(), some[1].data<float>().ToArray());
        Assert.Equal(length, mask.sum(1).max().item<long>());
    }

    [Fact]
    public void Slots_number_the_images_row_after_row()
    {
        ForRandomRows((rows, batch) =>
        {
            var slots = batch.Slots();
            var expected = 0;
            for (var row = 0; row < rows.Ids.Length; row++)
            {
                Assert.Equal(rows.Images.Count(image => image.Row == row), batch.ImagesPerRow[row]);
                for (var n = 0; n < batch.MaxImages; n++)
                {
                    Assert.Equal(n < batch.ImagesPerRow[row] ? expected++ : -1, slots[row, n]);
                }
            }

            Assert.Equal(rows.Images.Length, expected);
        });
    }

    private static long Target(RandomRows rows, int row, int t, int prompt, bool requireImage)
    {
        var (ids, special) = (rows.Ids[row], RandomRows.Special);
        var bos = RandomRows.LastBefore(ids, t + 1, special.Bos, none: 0);
        var soi = RandomRows.LastBefore(ids, t + 1, special.Soi, none: -1);
        var ignored = t < prompt || rows.Mask[row][t] == 0 || ids[t] == special.Pad || ids[t] == special.Image || ids[t] == special.Bos ||
            (ids[t] == special.Soi && ids[t - 1] == special.Bos) || (requireImage && (soi == -1 || soi < bos));
        return ignored ? -100 : ids[t];
    }

    private static void ForRandomRows(Action<RandomRows, InterleavedBatch> check)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var rows = new RandomRows(seed);
            check(rows, rows.Batch());
        }
    }
}
