using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Generation;

[Collection(SharedModelCollection.Name)]
public sealed class TextGenerationTests : IDisposable
{
    private static readonly TextOptions Greedy = new() { Sample = false, RepetitionPenalty = 1, MinLength = 0, MaxNewTokens = 12 };

    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SharedModel _golden;
    private readonly TextGenerator _generator;
    private readonly long[][] _rows;
    private readonly EncodedImages _pictures;

    public TextGenerationTests(SharedModel golden)
    {
        (_golden, _generator) = (golden, new TextGenerator(golden.Model));
        _rows = [golden.Document(1, 4, 1), golden.Document(0, 2, 2), golden.Document(2, 3, 3)];
        _pictures = golden.Pictures(3);
    }

    public static TheoryData<string, TextOptions> Ways => new()
    {
        { "greedy", Greedy },
        { "with a penalty", Greedy with { RepetitionPenalty = 1.3, MinLength = 6 } },
        { "sampling", new TextOptions { MaxNewTokens = 12, TopP = 0.9 } },
        { "three beams", Greedy with { Beams = 3 } },
    };

    [Theory]
    [MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public void A_batch_generates_as_each_row_alone(string way, TextOptions options)
    {
        var together = _generator.Generate(_golden.LeftPadded(_rows), _pictures, options);
        for (var row = 0; row < _rows.Length; row++)
        {
            var alone = Alone(row, padding: 0, options with { Seed = options.Seed + row });
            Assert.True(alone.SequenceEqual(Trim(together[row])), $"{way}, row {row}: {Say(alone)} alone, {Say(together[row])} in the batch");
        }
    }

    [Theory]
    [MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public void Left_padding_changes_no_id(string way, TextOptions options)
    {
        var plain = Alone(2, padding: 0, options);
        foreach (var padding in new[] { 1, 5, 33 })
        {
            var padded = Alone(2, padding, options);
            Assert.True(plain.SequenceEqual(padded), $"{way}, {padding} to the left: {Say(padded)} rather than {Say(plain)}");
        }
    }

    [Fact]
    public void Greedy_decoding_takes_the_likeliest_token_of_one_full_pass_each_time()
    {
        var ids = Alone(0, 0, Greedy);
        var row = _rows[0].ToList();
        foreach (var id in ids.Skip(1))
        {
            using var read = _generator.Prefill(_golden.LeftPadded([[.. row]]), SharedModel.Select(_pictures, 0));
            Assert.Equal(id, read.NextLogits.argmax(-1).item<long>());
            row.Add(id);
        }
    }

    [Fact]
    public void A_seed_repeats_and_cold_sampling_is_greedy()
    {
        var sampling = new TextOptions { MaxNewTokens = 12, TopP = 1, RepetitionPenalty = 1, MinLength = 0 };
        Assert.Equal(Alone(0, 0, sampling), Alone(0, 0, sampling));
        Assert.NotEqual(Alone(0, 0, sampling), Alone(0, 0, sampling with { Seed = 43 }));
        Assert.Equal(Alone(0, 0, Greedy), Alone(0, 0, sampling with { Temperature = 1e-3 }));
    }

    [Fact]
    public void One_beam_without_a_length_penalty_is_greedy()
    {
        foreach (var minimum in new[] { 0, 5 })
        {
            var options = Greedy with { LengthPenalty = 0, MinLength = minimum };
            using var rows = _generator.Prefill(_golden.LeftPadded(_rows), _pictures);
            var beams = new BeamSearch(_golden.Special, options).Run(rows, _rows.Length);
            for (var row = 0; row < _rows.Length; row++)
            {
                // A hypothesis that an image closed is returned with the end of the sequence, as the reference does.
                var greedy = Alone(row, 0, options).Select(id => id == _golden.Special.Soi ? _golden.Special.Eos : id);
                Assert.Equal(greedy, Trim(beams[row]));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Lengths_stay_in_their_bounds(int beams)
    {
        foreach (var (minimum, maximum) in new[] { (0, 1), (4, 4), (8, 10), (20, 6) })
        {
            var options = Greedy with { Beams = beams, MinLength = minimum, MaxNewTokens = maximum };
            foreach (var ids in _generator.Generate(_golden.LeftPadded(_rows), _pictures, options))
            {
                Assert.Equal(_golden.Special.Bos, ids[0]);
                Assert.InRange(ids.Length, 2, maximum + 1);
                var end = Array.FindIndex(ids, id => id == _golden.Special.Eos || id == _golden.Special.Soi);
                Assert.True(end < 0 || end >= int.Min(minimum, maximum), $"{Say(ids)} ends before {minimum}");
            }
        }
    }

    [Fact]
    public void Hypotheses_keep_the_best_by_score_over_length()
    {
        var kept = new Hypotheses(beams: 2, lengthPenalty: 1);
        kept.Add([1, 5], -4);
        kept.Update(bestSum: -1, length: 3);
        Assert.False(kept.IsDone);
        kept.Add([1, 6, 7, 8], -4);
        Assert.Equal([1, 6, 7, 8], kept.Best);
        kept.Add([1, 9], -1.8);
        Assert.Equal([1, 9], kept.Best);
        kept.Update(bestSum: -2.9, length: 3);
        Assert.False(kept.IsDone);
        kept.Update(bestSum: -3.1, length: 3);
        Assert.True(kept.IsDone);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _quiet.Dispose();
    }

    private long[] Alone(int row, int padding, TextOptions options)
    {
        var images = row switch { 0 => SharedModel.Select(_pictures, 0), 1 => null, _ => SharedModel.Select(_pictures, 1, 2) };
        return _generator.Generate(_golden.LeftPadded([_rows[row]], padding), images, options).Single();
    }

    // Without what pads a row to the longest of its batch.
    private long[] Trim(long[] ids)
    {
        var end = Array.FindIndex(ids, id => id == _golden.Special.Eos || id == _golden.Special.Soi);
        return end < 0 ? ids : ids[..(end + 1)];
    }

    private static string Say(long[] ids) => string.Join(' ', ids);
}
