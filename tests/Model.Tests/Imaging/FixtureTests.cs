using System.Text.Json;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

/// <summary>Pictures made by Pillow 9.4; tests/Golden/imaging/README.md says how.</summary>
public class FixtureTests
{
    private static readonly ImageProcessor Processor = new();

    public static IEnumerable<TheoryDataRow<string, string, int, string>> Cases()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Golden.Path("imaging", "cases.json")));
        return [.. cases.RootElement.EnumerateArray().Select(one => new TheoryDataRow<string, string, int, string>(
            one.GetProperty("source").GetString()!,
            one.GetProperty("op").GetString()!,
            one.GetProperty("resolution").GetInt32(),
            one.GetProperty("expected").GetString()!))];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resizing_equals_the_reference_to_the_byte(string source, string operation, int resolution, string expected)
    {
        var image = Load(source);
        var actual = operation switch
        {
            "center_crop" => Processor.CenterCrop(image, resolution),
            "stretch" => Processor.Stretch(image, resolution),
            _ => throw new NotSupportedException(operation),
        };

        Pictures.AssertEqual(Load(expected), actual);
    }

    [Fact]
    public void Every_fixture_is_read() => Assert.Equal(29, Cases().Count());

    private static RgbImage Load(string name) => Processor.Decode(File.ReadAllBytes(Golden.Path("imaging", name)), DecodePolicy.Raw);
}
