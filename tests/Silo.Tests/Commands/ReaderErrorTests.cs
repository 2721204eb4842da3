using System.Text.Json;
using MmiGrains.Silo.Commands;

namespace MmiGrains.Silo.Tests.Commands;

public class ReaderErrorTests
{
    [Fact]
    public void Tables_show_every_attribute_and_what_was_taken_for_what()
    {
        var answer = Mmi.Run("reader", "--count", "12").Succeeded();
        foreach (var name in new[] { "shape", "colour", "size", "fill", "mark", "place" })
        {
            Assert.Matches($@"(?m)^  {name} +\d+ +\d+ +[\d.]+ %", answer.Output);
            Assert.Matches($"(?m)^{name} .*nothing$", answer.Output);
        }

        Assert.Matches(@"(?m)^pictures, everything +12 +12 +100\.00 % +75\.75 % to 100\.00 %$", answer.Output);
        Assert.Contains("ms per picture and core", answer.Output);
    }

    [Fact]
    public void Json_holds_the_same_numbers()
    {
        var summary = JsonDocument.Parse(Mmi.Run("reader", "--count", "12", "--noise", "4", "--side", "128", "--json").Succeeded().Output).RootElement;
        Assert.Equal(12, summary.GetProperty("pictures").GetInt32());
        Assert.Equal(4, summary.GetProperty("noise").GetDouble());
        var objects = summary.GetProperty("objects").GetInt32();
        foreach (var attribute in summary.GetProperty("attributes").EnumerateArray())
        {
            var total = attribute.GetProperty("confusion").EnumerateArray().Sum(row => row.EnumerateArray().Sum(number => number.GetInt32()));
            Assert.Equal(objects, total);
        }
    }

    [Fact]
    public void Pictures_may_pass_through_a_models_autoencoder_first()
    {
        var clean = JsonDocument.Parse(Mmi.Run("reader", "--count", "12", "--json").Succeeded().Output).RootElement;
        var through = JsonDocument.Parse(Mmi.Run("reader", "--count", "12", "--through", ModelPath.Default, "--json").Succeeded().Output).RootElement;
        Assert.Equal(clean.GetProperty("objects").GetInt32(), through.GetProperty("objects").GetInt32());
        Assert.InRange(through.GetProperty("objectsRight").GetInt32(), 1, clean.GetProperty("objectsRight").GetInt32());
        Mmi.Run("reader", "--side", "128", "--through", ModelPath.Default).CouldNotRun("--side is 128; the autoencoder of");
    }

    [Theory]
    [InlineData("--count", "0", "--count is 0; it is 1 to 1000000.")]
    [InlineData("--side", "8", "--side is 8; it is 16 to 1024.")]
    [InlineData("--noise", "-1", "--noise is -1; it is 0 to 255.")]
    [InlineData("--noise", "NaN", "--noise is NaN; it is 0 to 255.")]
    public void A_number_out_of_bounds_is_told_its_bounds(string option, string value, string problem)
    {
        Mmi.Run("reader", option, value).CouldNotRun(problem);
    }
}
