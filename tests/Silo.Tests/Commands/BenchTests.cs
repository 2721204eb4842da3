using System.Text.Json;
using MmiGrains.Model.Tests;
using MmiGrains.Silo.Benchmarks;

namespace MmiGrains.Silo.Tests.Commands;

public class BenchTests
{
    [Fact]
    public void Quality_is_a_list_of_divergence_and_agreement_for_every_format()
    {
        var answer = Mmi.Run("bench", "quality", Golden.Path(), "--tokens", "3", "--json").Succeeded();
        var rows = JsonDocument.Parse(answer.Output).RootElement.EnumerateArray().ToList();

        Assert.Equal(6, rows.Count);
        Assert.All(rows, row => Assert.All(
            new[] { "name", "shape", "value", "unit", "baseline", "ratio", "goal", "met" }, key => Assert.True(row.TryGetProperty(key, out _), $"{key} is missing")));
        double Value(string name) => rows.Single(row => row.GetProperty("name").GetString() == name).GetProperty("value").GetDouble();
        Assert.InRange(Value("BFloat16: divergence from float32"), 1e-7, 1e-3);
        Assert.InRange(Value("Q8: divergence from float32"), 1e-7, 1e-2);
        Assert.InRange(Value("Q4: divergence from float32"), 1e-4, 0.5);
        Assert.InRange(Value("Q8: same greedy token"), 0.8, 1);
    }

    [Fact]
    public void Training_is_measured_beside_composed_kernels_and_its_parts_make_up_the_step()
    {
        var answer = Mmi.Run("bench", "training", "--preset", "small", "--rows", "1", "--row-length", "96", "--rounds", "2", "--json").Succeeded();
        var rows = JsonDocument.Parse(answer.Output).RootElement.EnumerateArray().ToList();
        double Value(string name) => rows.Single(row => row.GetProperty("name").GetString()!.Trim() == name).GetProperty("value").GetDouble();
        var parts = new[] { "tensors from rows", "vision encoder", "language model", "autoencoder's latents", "resampler, UNet, losses", "backward", "optimizer" }.Sum(Value);
        Assert.InRange(parts / Value("a step"), 0.2, 5); // on a machine that others use too
        Assert.True(Value("training, against composed kernels") > 0);
        Assert.True(Value("backward") > Value("optimizer"));
    }

    [Fact, Trait("Category", "slow")]
    public void Serving_is_measured_beside_the_engine_called_directly_and_a_known_image_is_not_encoded_again()
    {
        var answer = Mmi.Run("bench", "serve", "--only", "sessions", "--rounds", "1", "--json").Succeeded();
        var rows = JsonDocument.Parse(answer.Output).RootElement.EnumerateArray().ToList();
        double Get(string name, string member) => rows.Single(row => row.GetProperty("name").GetString()!.Trim() == name).GetProperty(member).GetDouble();
        foreach (var count in new[] { "1 session", "8 sessions", "16 sessions" })
        {
            Assert.InRange(Get($"{count}, over the engine called directly", "ratio"), 0.1, 3); // on a machine that others use too
        }

        Assert.True(Get("first event of a session's second turn, over its first's", "value") > 0);
        Assert.Equal(0, Get("images encoded for it", "value"));
    }

    [Fact]
    public void A_part_that_is_not_measured_is_named()
    {
        Mmi.Run("bench", "serve", "--only", "weather").CouldNotRun("weather");
        Mmi.Run("bench", "serve", "--rounds", "0").CouldNotRun("--rounds is 0; it is 1 to 100.");
        Mmi.Run("bench", "training", "--preset", "release").CouldNotRun("release");
        Mmi.Run("bench", "training", "--row-length", "5000").CouldNotRun("--row-length is 5000; it is 64 to 512.");
        Mmi.Run("bench", "kernels", "--only", "weather").CouldNotRun("weather");
        Mmi.Run("generate", "annt.json", "--model", "m", "--quantize", "q2").CouldNotRun("q2");
    }

    [Fact]
    public void A_goal_is_met_from_the_side_it_is_set_from()
    {
        Assert.Null(new BenchmarkRow("a", "", 1, "ms", null, 3).Met);
        Assert.True(new BenchmarkRow("a", "", 1, "ms", null, 3, Goal: 3).Met);
        Assert.False(new BenchmarkRow("a", "", 1, "ms", null, 2.9, Goal: 3).Met);
        Assert.True(new BenchmarkRow("a", "", 1, "ms", null, 1.04, Goal: 1.05, AtMost: true).Met);
        Assert.False(new BenchmarkRow("a", "", 1, "ms", null, 1.06, Goal: 1.05, AtMost: true).Met);
    }

    [Fact]
    public void Sides_take_turns_after_a_turn_that_does_not_count()
    {
        var order = "";
        var times = Stopwatches.InTurn(TimeSpan.Zero, 2, () => order += "a", () => order += "b");
        Assert.Equal("ababab", order);
        Assert.Equal(2, times.Length);
        Assert.Equal(2.5, Stopwatches.Median([4, 1, 3, 2]));
        Assert.Equal(3, Stopwatches.Median([9, 3, 1]));
    }
}
