using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tests.Interleaved;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Llama;

/// <summary>However tokens are cut into passes, they get the same hidden states.</summary>
[Collection(SharedModelCollection.Name)]
public sealed class PassTests(SharedModel golden) : IDisposable
{
    private const double Tolerance = 2e-5;

    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = golden.Model;

    [Fact]
    public void Prefill_and_single_steps_equal_one_pass()
    {
        const int Steps = 6;
        long[][] rows = [golden.Document(2, 7, 1), golden.Document(0, 9, 2), golden.Document(1, 12, 3)];
        var pictures = golden.Pictures(3);
        var whole = Whole(golden.LeftPadded(rows), pictures);

        // Without their last words the rows are as far apart as before, so they are padded alike.
        var prompts = golden.LeftPadded([.. rows.Select(row => row[..^Steps])]);
        using var stepping = new TextGenerator(_model).Prefill(prompts, pictures);
        for (var step = 0; step < Steps; step++)
        {
            var position = whole.shape[1] - Steps - 1 + step;
            Near.Equal(_model.Logits(whole.select(1, position)), stepping.NextLogits, Tolerance, $"step {step}");
            stepping.Step([.. rows.Select(row => row[^(Steps - step)])]);
        }

        Near.Equal(_model.Logits(whole.select(1, whole.shape[1] - 1)), stepping.NextLogits, Tolerance, "the last step");
        Near.Equal(whole.narrow(1, whole.shape[1] - Steps, Steps), stepping.HiddenStates().narrow(1, whole.shape[1] - Steps, Steps), Tolerance);
    }

    [Fact]
    public void Any_cut_into_passes_gives_the_same()
    {
        long[][] rows = [golden.Document(3, 4, 1), golden.Document(3, 4, 2)];
        var pictures = golden.Pictures(6);
        var batch = golden.LeftPadded(rows, padding: 2);
        var whole = Whole(batch, pictures);
        var cuts = Enumerable.Range(0, (int)batch.Length + 1)
            .Where(t => t == 0 || t == batch.Length || rows[0][int.Clamp(t - 2, 0, rows[0].Length - 1)] != golden.Special.Image).ToArray();
        var random = new Random(4);
        for (var round = 0; round < 4; round++)
        {
            int[] ends = [.. cuts.Where(t => t > 2 && t < batch.Length && random.Next(3) == 0), (int)batch.Length];
            using var decoding = new DecodingRows(_model);
            var start = 0;
            foreach (var end in ends)
            {
                Append(decoding, batch, pictures, start, end);
                start = end;
            }

            Near.Equal(whole.narrow(1, 2, batch.Length - 2), decoding.HiddenStates().narrow(1, 2, batch.Length - 2), Tolerance, $"cut at {string.Join(' ', ends)}");
            Assert.Equal(batch.Length, decoding.Length);
        }
    }

    [Fact]
    public void What_follows_changes_nothing_before()
    {
        long[] first = golden.Document(2, 4, 1), second = golden.Document(3, 3, 2);
        var pictures = golden.Pictures(5);
        var both = Whole(Unpadded([.. first, .. second]), pictures);
        Near.Equal(Whole(Unpadded(first), SharedModel.Select(pictures, 0, 1)), both.narrow(1, 0, first.Length), Tolerance);

        var oneImage = first.Length - 4 - 1 - _model.Config.Sequence.NumImgToken;
        Near.Equal(
            Whole(Unpadded(first[..oneImage]), SharedModel.Select(pictures, 0)), both.narrow(1, 0, oneImage), Tolerance, "before the second image");
        Near.Equal(Whole(Unpadded(first[..5]), null), both.narrow(1, 0, 5), Tolerance, "before any image");
    }

    [Fact]
    public void An_image_changes_what_follows_it_in_its_document()
    {
        long[] row = [.. golden.Document(1, 3, 1), .. golden.Document(1, 3, 2)];
        var pictures = golden.Pictures(2);
        var other = SharedModel.Select(golden.Pictures(2, seed: 50), 0, 1) with { VisualTokens = pictures.VisualTokens };
        var (one, two) = (Whole(Unpadded(row), pictures), Whole(Unpadded(row), other));
        Near.Equal(one.narrow(1, 0, 5), two.narrow(1, 0, 5), 0, "up to the begin-of-image token, which does not see its image");
        Near.Differs(one.narrow(1, 5, 1), two.narrow(1, 5, 1), 1e-3, "the first visual token");
    }

    [Fact]
    public void A_batch_is_each_row_alone()
    {
        long[][] rows = [golden.Document(0, 6, 1), golden.Document(3, 2, 2), golden.Document(1, 12, 3)];
        var pictures = golden.Pictures(4);
        var generator = new TextGenerator(_model);
        using var together = generator.Prefill(golden.LeftPadded(rows), pictures);
        foreach (var (row, images) in new[] { (0, null), (1, SharedModel.Select(pictures, 0, 1, 2)), (2, SharedModel.Select(pictures, 3)) })
        {
            using var alone = generator.Prefill(golden.LeftPadded([rows[row]]), images);
            Near.Equal(alone.NextLogits, together.NextLogits.narrow(0, row, 1), 1e-5, $"row {row}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Left_padding_moves_nothing(int padding)
    {
        long[][] rows = [golden.Document(2, 4, 1)];
        var pictures = golden.Pictures(2);
        using var plain = new TextGenerator(_model).Prefill(golden.LeftPadded(rows), pictures);
        using var padded = new TextGenerator(_model).Prefill(golden.LeftPadded(rows, padding), pictures);
        Near.Equal(plain.NextLogits, padded.NextLogits, Tolerance);
    }

    [Fact]
    public void A_fork_and_its_origin_go_on_by_themselves()
    {
        long[][] rows = [golden.Document(1, 4, 1), golden.Document(2, 2, 2)];
        var pictures = golden.Pictures(3);
        var generator = new TextGenerator(_model);
        using var origin = generator.Prefill(golden.LeftPadded(rows), pictures);
        var fork = origin.Fork([1, 1, 0]);
        Near.Equal(origin.NextLogits.index_select(0, tensor(new[] { 1L, 1, 0 })), fork.NextLogits, 0);
        fork.Step([11, 12, 13]);
        origin.Step([13, 11]);
        Near.Equal(origin.NextLogits.index_select(0, tensor(new[] { 1L, 0 })), fork.NextLogits.index_select(0, tensor(new[] { 0L, 2 })), Tolerance);

        // What a fork shared with its origin stays the origin's, and the other way round.
        fork.Dispose();
        origin.Step([20, 21]);
        using var again = origin.Fork([0]);
        origin.Dispose();
        again.Step([30]);
        using var expected = generator.Prefill(golden.LeftPadded([[.. rows[0], 13, 20, 30]]), SharedModel.Select(pictures, 0));
        Near.Equal(expected.NextLogits, again.NextLogits, Tolerance);
    }

    [Fact]
    public void Selected_rows_go_on_from_where_they_were()
    {
        var row = golden.Document(1, 4, 1);
        var generator = new TextGenerator(_model);
        using var prompt = generator.Prefill(golden.LeftPadded([row]), golden.Pictures(1));
        using var beams = prompt.Fork([0, 0, 0]);
        beams.Step([5, 6, 7]);
        beams.SelectRows([2, 0, 2]);
        beams.Step([8, 9, 10]);
        long[][] expected = [[.. row, 7, 8], [.. row, 5, 9], [.. row, 7, 10]];
        for (var i = 0; i < expected.Length; i++)
        {
            using var alone = generator.Prefill(golden.LeftPadded([expected[i]]), golden.Pictures(1));
            Near.Equal(alone.NextLogits, beams.NextLogits.narrow(0, i, 1), Tolerance, $"beam {i}");
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        _quiet.Dispose();
    }

    private InterleavedBatch Unpadded(long[] row) => _model.Batch(tensor(row, [1, row.Length]));

    // One pass over everything, without a cache, at the positions that text generation uses.
    private Tensor Whole(InterleavedBatch batch, EncodedImages? pictures) => _model.Decoder.Forward(
        new LlamaInput(_model.Embed(batch.TokenIds, pictures?.VisualTokens))
        {
            KeyMask = batch.AttentionMask,
            PositionIds = batch.AttentionMask is { } mask ? (mask.cumsum(1) - 1).masked_fill(mask == 0, 1) : null,
            Images = _model.ProjectImages(batch, pictures),
        });

    private void Append(DecodingRows decoding, InterleavedBatch batch, EncodedImages pictures, int start, int end)
    {
        int Count(int until) => batch.Images.Count(image => image.Row == 0 && image.Soi < until);
        IEnumerable<int> Which(int from, int to) => Enumerable.Range(0, (int)batch.Rows)
            .SelectMany(row => Enumerable.Range((row * batch.MaxImages) + from, to - from));

        var (before, now) = (Count(start), Count(end));
        var soFar = now == 0 ? null : SharedModel.Select(pictures, Which(0, now));
        var prefix = _model.Batch(batch.TokenIds.narrow(1, 0, end), batch.AttentionMask!.narrow(1, 0, end));
        decoding.Append(
            batch.TokenIds.narrow(1, start, end - start),
            batch.AttentionMask.narrow(1, start, end - start),
            now == before ? null : SharedModel.Select(pictures, Which(before, now)).VisualTokens,
            new VisibleImages(_model.ProjectImages(prefix, soFar).Memory, prefix.Visibility().narrow(1, start, end - start)));
    }
}
