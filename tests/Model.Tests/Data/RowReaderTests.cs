using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Rows of generated files: sizes around every buffer's edge, and every position a place to begin.</summary>
public sealed class RowReaderTests
{
    [Theory]
    [InlineData("rows.jsonl")]
    [InlineData("rows.json")]
    [InlineData("rows.zip")]
    [InlineData("rows.tar")]
    public void Rows_of_all_sizes_are_read_from_every_position(string name)
    {
        var random = new Random(3);
        int[] sizes = [0, 1, 65_520, 65_530, 65_536, 65_540, 131_072, 300_000, .. Enumerable.Range(0, 60).Select(_ => random.Next(4000))];
        random.Shuffle(sizes);
        var texts = sizes.Select((size, i) => JsonSerializer.Serialize(new { Row = i, Text = new string((char)('a' + (i % 26)), size) + "é]},\"\n" })).ToArray();
        using var folder = new TemporaryFolder();
        var path = folder.File(name);
        Write(path, texts, random);

        var (rows, starts) = (new List<Row>(), new List<RowPosition>());
        using (var reader = RowReaders.Open(path, "list", default))
        {
            for (var row = Next(); row is not null; row = Next())
            {
                rows.Add(row);
            }

            Row? Next()
            {
                starts.Add(reader.Position);
                return reader.Read();
            }
        }

        Assert.Equal(texts, rows.Select(Text));
        for (var i = 0; i < rows.Count; i += 7)
        {
            using var reader = RowReaders.Open(path, "list", starts[i]);
            for (var j = i; j < Math.Min(i + 3, rows.Count); j++)
            {
                var row = reader.Read()!;
                Assert.Equal((texts[j], rows[j].Origin, rows[j].Start), (Text(row), row.Origin, row.Start));
            }
        }

        if (name == "rows.jsonl")
        {
            Assert.Equal(Enumerable.Range(0, texts.Length).Select(i => $"{path}:{(2 * i) + 2}"), rows.Select(row => row.Origin));
        }

        static string Text(Row row) => row.Problem is null ? Encoding.UTF8.GetString(row.Content.Span).TrimEnd('\r', '\n') : throw row.Problem;
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_row()
    {
        using var folder = new TemporaryFolder();
        using var lines = RowReaders.Open(folder.Write("rows.txt", [0xEF, 0xBB, 0xBF, .. "{}\n"u8]), "", default);
        using var list = RowReaders.Open(folder.Write("rows.json", [0xEF, 0xBB, 0xBF, .. " [7]"u8]), "", default);

        Assert.Equal("{}\n", Encoding.UTF8.GetString(lines.Read()!.Content.Span));
        Assert.Equal("7", Encoding.UTF8.GetString(list.Read()!.Content.Span));
        Assert.Null(list.Read());
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"list": []}""")]
    [InlineData("""{"a": [1, {"list": [9]}], "b": {"list": [8]}, "list": [ ] , "c": 1}""")]
    public void An_empty_list_has_no_rows(string json)
    {
        using var folder = new TemporaryFolder();
        using var reader = RowReaders.Open(folder.Write("rows.json", Encoding.UTF8.GetBytes(json)), "list", default);

        Assert.Null(reader.Read());
    }

    [Theory]
    [InlineData("rows.jsonl.gz", "gunzip")]
    [InlineData("rows.pkl", "python -c")]
    public void What_we_do_not_read_is_refused_with_what_to_do(string name, string advice) =>
        Assert.Contains(advice, Assert.Throws<DataException>(() => RowReaders.Open(name, "", default)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a/b.c/000.jpg,a/b.c/000.txt,a/b.c/001.txt,a/b.c/001.jpg", "a/b.c/000:jpg|txt a/b.c/001:txt|jpg")]
    [InlineData("0.seg.png,0.JPG,0.txt", "0:seg.png|jpg|txt")]
    [InlineData("0.jpg,1.jpg,0.txt", "0:jpg 1:jpg 0:txt")]
    [InlineData("0.jpg,0.jpg", "0:jpg 0:jpg")]
    [InlineData("x/0.jpg,y/0.txt", "x/0:jpg y/0:txt")]
    [InlineData(".hidden,none", ".hidden: none:")]
    public void Files_that_share_a_name_and_follow_each_other_are_one_sample(string names, string expected)
    {
        using var folder = new TemporaryFolder();
        using (var tar = new TarWriter(File.Create(folder.File("s.tar"))))
        {
            foreach (var name in names.Split(','))
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) });
            }
        }

        using var reader = RowReaders.Open(folder.File("s.tar"), "", default);
        var samples = new List<string>();
        while (reader.Read() is { } row)
        {
            samples.Add($"{row.Origin.Split(", ")[1]}:{string.Join('|', row.Members.Select(member => member.Extension))}");
        }

        Assert.Equal(expected, string.Join(' ', samples));
    }

    private static void Write(string path, string[] texts, Random random)
    {
        switch (Path.GetExtension(path))
        {
            case ".jsonl":
                File.WriteAllText(path, string.Concat(texts.Select(text => $" \n{text}\r\n")));
                break;
            case ".json":
                File.WriteAllText(path, $$"""{"other": [{"list": [1]}, "]"], "n": -1.5e3, "list" : [{{string.Join(",\n ", texts)}}] , "after": [2]}""");
                break;
            case ".zip":
                using (var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
                {
                    foreach (var (i, rows) in texts.Chunk(20).Index())
                    {
                        using var writer = new StreamWriter(zip.CreateEntry($"folder/{i}.jsonl").Open());
                        writer.Write(string.Join('\n', rows) + (i % 2 == 0 ? "\n" : ""));
                    }

                    zip.CreateEntry("folder/picture.png");
                }

                break;
            default:
                using (var tar = new TarWriter(File.Create(path)))
                {
                    foreach (var (i, text) in texts.Index())
                    {
                        var folder = random.Next(3) == 0 ? new string('f', 150) + "/" : "";
                        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{folder}{i}.json") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
                        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{folder}{i}.png") { DataStream = new MemoryStream(new byte[random.Next(2000)]) });
                    }
                }

                break;
        }
    }
}
