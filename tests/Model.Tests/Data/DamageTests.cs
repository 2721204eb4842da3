using System.Text;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Tests.Weights;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Files that are cut short or damaged: what can be read is read, the rest is reported.</summary>
public sealed class DamageTests
{
    [Theory]
    [InlineData("pairs", "pairs/shard-000000.tar", "the rest of the shard is damaged or cut short", 0.7, 0.5, 0.3)]
    [InlineData("mmc4", "mmc4/docs_shard_1_v2.jsonl.zip", "the zip archive is damaged or cut short", 0.95, 0.7, 0.3)]
    [InlineData("coco", "coco/captions_tiny.json", "the file ends within its list", 0.95, 0.8, 0.65)]
    [InlineData("vist", "stories/train.story-in-sequence.json", "the file ends within its list", 0.95, 0.7, 0.3)]
    [InlineData("mmc4", "mmc4/docs_shard_0_v2.jsonl", "not JSON", 0.95, 0.7, 0.3)]
    public void A_file_that_is_cut_short_is_read_as_far_as_it_goes(string kind, string file, string reason, params double[] shares)
    {
        var whole = File.ReadAllBytes(Path.Combine(Folder, file));
        using var folder = new TemporaryFolder();
        folder.Write("b" + Path.GetFileName(file), whole);
        var cut = "a" + Path.GetFileName(file);
        var counts = new List<int>();
        foreach (var share in shares)
        {
            folder.Write(cut, whole[..(int)(share * whole.Length)]);
            var problems = new RowProblems();
            using var stream = Open(folder, kind, $"?{Path.GetFileName(file)}", problems);
            var samples = stream.TakeEpoch(out _);
            var (found, after) = (samples.Count(sample => sample.Origin.StartsWith(folder.File(cut), StringComparison.Ordinal)), samples.Count);
            counts.Add(found);

            Assert.Contains(reason, problems.Ledgers[0].Skipped.Keys);
            Assert.Contains(problems.Ledgers[0].Examples, problem => problem.Origin.StartsWith(folder.File(cut), StringComparison.Ordinal));
            Assert.True(after - found >= 5, $"The whole file beside it gave {after - found} samples.");
        }

        // The less is left of a file the fewer rows; an archive without its end has none.
        Assert.True(file.EndsWith(".zip", StringComparison.Ordinal) ? counts.All(count => count == 0) : counts[0] > counts[1] && counts[1] > counts[2] && counts[2] > 0);
    }

    [Fact]
    public void A_shard_cut_anywhere_gives_whole_samples_and_one_problem_at_most()
    {
        var whole = File.ReadAllBytes(Path.Combine(Folder, "pairs", "shard-000000.tar"));
        var expected = FirstEpoch("pairs shard", """{"shuffle_window": 1, "image_first": 1}""").Select(sample => sample.Describe()).ToList();
        using var folder = new TemporaryFolder();
        for (var length = 1; length < whole.Length; length += 211)
        {
            folder.Write("shard.tar", whole[..length]);
            using var reader = RowReaders.Open(folder.File("shard.tar"), "", default);
            var (rows, bad) = (new List<Row>(), new List<Row>());
            while (reader.Read() is { } row)
            {
                (row.Problem is null ? rows : bad).Add(row);
            }

            Assert.InRange(bad.Count, 0, 1);
            Assert.InRange(rows.Count, 0, expected.Count);
            var complete = rows.Where(row => row.Members.Count == 2).ToList();
            Assert.InRange(rows.Count - complete.Count, 0, 1);
            Assert.All(complete, row => Assert.All(row.Members, member => Assert.Equal(member.Length, member.Read().Length)));
            Assert.True(bad.Count == 1 || rows.Count == expected.Count, $"{length} bytes: {rows.Count} rows, {bad.Count} problems.");
        }
    }

    [Theory]
    [MemberData(nameof(SingleNames), MemberType = typeof(SampleCorpora))]
    public void Bytes_that_changed_anywhere_are_reported_or_read_never_a_crash(string name)
    {
        var config = Config(name);
        var whole = RowCorpus.ExpandFiles(config).Select(file => (Name: Path.GetFileName(file), Bytes: File.ReadAllBytes(file))).ToArray();
        using var folder = new TemporaryFolder();
        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            foreach (var (file, bytes) in whole)
            {
                var changed = bytes.ToArray();
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    changed[random.Next(changed.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:0\\/."[random.Next(10)]);
                }

                folder.Write(file, changed);
            }

            var files = whole.Select(file => $"\"{folder.File(file.Name)}\"");
            var images = config.Images is null ? "" : $$""", "images": "{{config.Images}}" """;
            try
            {
                using var stream = (SampleStream)SampleCorpora.Open(name, $$"""{"files": [{{string.Join(", ", files)}}], "shuffle_window": 3{{images}}}""");
                stream.TakeEpoch(out _);
            }
            catch (DataException problem)
            {
                Assert.DoesNotContain('\n', problem.Message);
            }
        }
    }

    [Fact]
    public void A_row_longer_than_the_limit_is_skipped()
    {
        using var folder = new TemporaryFolder();
        using (var file = new StreamWriter(folder.File("rows.jsonl")))
        {
            file.Write("{}\n");
            for (var i = 0; i < 70; i++)
            {
                file.Write(new string(' ', 1 << 20));
            }

            file.Write("\n[]\n");
        }

        using var reader = RowReaders.Open(folder.File("rows.jsonl"), "", default);
        var rows = new[] { reader.Read()!, reader.Read()!, reader.Read()! };

        Assert.Equal("the line has more than 67108864 bytes (73400321)", rows[1].Problem!.Message);
        Assert.Equal([1, 2, 3], rows.Select(row => int.Parse(row.Origin.Split(':')[^1], null)));
        Assert.Null(rows[2].Problem);
        Assert.Null(reader.Read());
    }

    [Fact]
    public void A_zip_with_a_damaged_entry_gives_its_other_entries()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, "mmc4", "docs_shard_1_v2.jsonl.zip"));
        var data = 30 + "docs_shard_1_v2.jsonl".Length;
        bytes.AsSpan(data + 60, 40).Fill(0xFF); // within the first entry's compressed bytes
        using var folder = new TemporaryFolder();
        folder.Write("docs.zip", bytes);
        var problems = new RowProblems();
        using var stream = Open(folder, "mmc4", "docs.zip", problems);
        var origins = stream.TakeEpoch(out _).Select(sample => sample.Origin).ToList();

        Assert.Equal(5, origins.Count(origin => origin.Contains("docs_shard_2_v2.jsonl:", StringComparison.Ordinal)));
        Assert.Contains("the rest of the archive's entry is damaged or cut short", problems.Ledgers[0].Skipped.Keys);
        Assert.All(problems.Ledgers[0].Examples, problem => Assert.StartsWith($"{folder.File("docs.zip")}/docs_shard_1_v2.jsonl:", problem.Origin, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"annotations": [{"image_id": 1}, {"image_id": 2} {"image_id": 3}]}""", 2)]
    [InlineData("""{"annotations": [{"image_id": 1}, {"image_id": 2},]}""", 2)]
    [InlineData("""{"annotations": [,{"image_id": 1}]}""", 0)]
    [InlineData("""{"annotations": [{"image_id": 1}, {"image_id": 2}, nonsense]}""", 2)]
    [InlineData("""{"annotations": [{"image_id": 1}, {"image_id": }]}""", 1)]
    [InlineData("""{"annotations": [{"image_id": 1}""", 1)]
    [InlineData("""{"annotations": [""", 0)]
    [InlineData("""{"annotations": {}}""", 0)]
    [InlineData("""{"annotation": []}""", 0)]
    [InlineData("", 0)]
    [InlineData("3", 0)]
    public void A_list_that_breaks_off_is_a_problem_once(string json, int good)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("list.json", Encoding.UTF8.GetBytes(json));
        using var reader = RowReaders.Open(path, "annotations", default);
        var rows = new List<Row>();
        while (reader.Read() is { } row)
        {
            rows.Add(row);
        }

        Assert.Equal(RowPosition.End, reader.Position);
        Assert.Equal(good, rows.TakeWhile(row => row.Problem is null).Count());
        Assert.Equal(good + 1, rows.Count);
    }

    [Fact]
    public void A_damaged_image_is_found_when_it_is_loaded()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("rows.jsonl"), """{"image": "cut.jpg", "caption": "a"}""");
        using var stream = DatasetCatalog.Open(
            DatasetConfig.Parse($$"""{"kind": "pairs", "files": "rows.jsonl", "images": "{{Path.GetFullPath(Folder)}}/images"}""", folder.Path, "test"), 1, new RowProblems());
        var image = stream.Next().Pieces.OfType<ImagePiece>().Single().Image;

        Assert.Contains("cut.jpg': The image is cut short", Assert.Throws<ImageInputException>(() => image.Load(8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_vanishes_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", "x\n"u8.ToArray());
        using var stream = Open(folder, "pairs", "rows.jsonl", new RowProblems());
        File.Delete(path);

        Assert.StartsWith($"'{path}' cannot be read: ", Assert.Throws<DataException>(stream.Next).Message, StringComparison.Ordinal);
    }

    private static SampleStream Open(TemporaryFolder folder, string kind, string files, RowProblems problems)
    {
        var images = Path.GetFullPath(Path.Combine(Folder, kind == "vist" ? "stories/photos" : "images"));
        var json = $$"""{"kind": "{{kind}}", "files": "{{files}}", "images": "{{images}}", "shuffle_window": 1{{(kind == "mmc4" ? ", \"keep_single_image\": 1" : "")}}}""";
        return (SampleStream)DatasetCatalog.Open(DatasetConfig.Parse(json, folder.Path, "test"), 1, problems);
    }
}
