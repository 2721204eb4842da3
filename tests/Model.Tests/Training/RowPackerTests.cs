using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Inference;

namespace MmiGrains.Model.Tests.Training;

public class RowPackerTests
{
    private static readonly MmInterleavedConfig Config = SmallModel.Config;

    [Fact]
    public void Rows_hold_whole_samples_one_after_the_other_and_lose_none()
    {
        using var packer = Packer(new PatchStream(), new() { RowLength = 64, MaxImages = 4 });
        var origins = new List<string>();
        for (var r = 0; r < 50; r++)
        {
            var row = packer.Next();
            Assert.InRange(row.Ids.Count, 2, 64);
            Assert.InRange(row.Images.Count, 0, 4);
            Assert.Equal(row.Ids.Count, row.Trained.Count);
            Assert.Equal(row.Origins.Count, row.Ids.Count(id => id == Config.SpecialTokens.Bos));
            Assert.Equal(row.Origins.Count, row.Ids.Count(id => id == Config.SpecialTokens.Eos));
            for (var i = 0; i < row.Images.Count; i++)
            {
                Assert.Equal(Config.SpecialTokens.Soi, row.Ids[row.Images[i].Position]);
                Assert.Equal(Config.SpecialTokens.Bos, row.Ids[(int)row.NearestBos[i]]);
                Assert.DoesNotContain((long)Config.SpecialTokens.Eos, row.Ids.Skip((int)row.NearestBos[i]).Take(row.Images[i].Position - (int)row.NearestBos[i]));
            }

            origins.AddRange(row.Origins);
        }

        Assert.Equal(Enumerable.Range(0, origins.Count).Select(n => $"patch {n}"), origins);
    }

    [Fact]
    public void What_is_only_read_is_not_trained()
    {
        using var packer = Packer(new PatchStream(), new() { RowLength = 30 });
        for (var r = 0; r < 20; r++)
        {
            var row = packer.Next();
            foreach (var image in row.Images)
            {
                Assert.Equal(image.IsTrained, row.Trained[image.Position]);
            }

            Assert.False(row.Trained[0]); // the beginning of a document
            Assert.Contains(true, row.Trained);
            Assert.Contains(false, row.Trained.Skip(1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    public void A_restored_packer_gives_the_rows_that_would_have_come(int rows)
    {
        var options = new PackingOptions { RowLength = 50, FewShotShare = 0.5 };
        using var packer = Packer(new PatchStream(), options);
        for (var r = 0; r < rows; r++)
        {
            packer.Next();
        }

        using var other = Packer(new PatchStream(), options);
        other.Restore(packer.SavePosition());
        for (var r = 0; r < 10; r++)
        {
            var (expected, actual) = (packer.Next(), other.Next());
            Assert.Equal(expected.Ids, actual.Ids);
            Assert.Equal(expected.Origins, actual.Origins);
        }
    }

    [Fact]
    public void A_sample_whose_image_is_damaged_is_reported_and_skipped()
    {
        var reports = new List<string>();
        using var packer = Packer(new PatchStream { BrokenImageAt = 3 }, new() { RowLength = 200 }, reports.Add);
        var origins = packer.Next().Origins;
        Assert.Equal(["patch 0", "patch 1", "patch 2", "patch 4"], origins.Take(4));
        Assert.Equal(["patch 3: cut short"], reports);
        Assert.Equal(1, packer.SkippedCount);
    }

    [Fact]
    public void A_long_document_is_cut_before_the_image_that_does_not_fit()
    {
        var sample = new TokenizedSample(
            [1, 5, 512, 513, 513, 6, 7, 512, 513, 513, 8, 2], [.. Enumerable.Repeat(true, 12)],
            [new(null!, null!, true, 2), new(null!, null!, true, 7)]);
        Assert.Equal([1, 5, 512, 513, 513, 6, 7], RowBuilder.CutBefore(sample, 9, 10, Config.SpecialTokens)!.Ids);
        Assert.Equal([1, 5, 512, 513, 513, 6, 7], RowBuilder.CutBefore(sample, 100, 1, Config.SpecialTokens)!.Ids);
        Assert.Single(RowBuilder.CutBefore(sample, 9, 10, Config.SpecialTokens)!.Images);
        Assert.Equal([1, 5], RowBuilder.CutBefore(sample, 6, 10, Config.SpecialTokens)!.Ids);
        Assert.Null(RowBuilder.CutBefore(sample, 1, 10, Config.SpecialTokens));
        Assert.Equal(sample.Ids, RowBuilder.CutBefore(sample, 12, 2, Config.SpecialTokens)!.Ids);
    }

    [Fact]
    public void Examples_in_a_group_begin_and_end_once()
    {
        using var packer = Packer(new PatchStream(), new() { RowLength = 200, MaxImages = 30, FewShotShare = 1 });
        for (var r = 0; r < 10; r++)
        {
            var row = packer.Next();
            var groups = row.Ids.Count(id => id == Config.SpecialTokens.Bos);
            Assert.InRange(row.Origins.Count / (double)groups, 1, 8);
            Assert.True(row.Origins.Count > groups, "no group of several samples");
            Assert.Equal(groups, row.Ids.Count(id => id == Config.SpecialTokens.Eos));
        }
    }

    [Fact]
    public void An_answer_is_tokenised_as_the_model_writes_it_after_its_question()
    {
        var tokenizer = TinyVocabulary.Load(512);
        var tokens = new SampleTokenizer(tokenizer, Config);
        var whole = tokens.Tokenize(new DataSample([new TextPiece("is it so? answer:", IsTrained: false), new TextPiece(" yes")]));
        Assert.Equal([1L, .. tokenizer.Encode("is it so? answer: yes", addBos: false, Model.Text.SpecialTokenHandling.Literal).Select(id => (long)id), 2L], whole.Ids);
        Assert.Equal(whole.Ids, tokens.Tokenize(new DataSample([new TextPiece("is it so? answer:"), new TextPiece("yes")])).Ids);
    }

    private static RowPacker Packer(ISampleStream stream, PackingOptions options, Action<string>? report = null) =>
        new(stream, new SampleTokenizer(TinyVocabulary.Load(512), Config), Config.SpecialTokens, options, 9, report);
}
