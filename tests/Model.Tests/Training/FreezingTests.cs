using MmiGrains.Model.Training;

namespace MmiGrains.Model.Tests.Training;

public class FreezingTests
{
    [Fact]
    public void Every_parameter_of_the_release_is_frozen_or_trained_as_the_reference_says()
    {
        var rows = File.ReadLines(Golden.Path("release-keys.tsv")).Skip(1).Select(line => line.Split('\t')).ToArray();
        var parameters = rows.Where(row => row[3] is "frozen" or "trainable").ToArray();
        Assert.True(parameters.Length > 2500, $"{parameters.Length} parameters");
        Assert.All(rows, row => Assert.True(row[3] is "frozen" or "trainable" or "buffer", row[3]));
        var wrong = parameters.Where(row => Freezing.IsFrozen(row[0]) != (row[3] == "frozen")).Select(row => $"{row[0]} is {row[3]}");
        Assert.Empty(wrong);
    }
}
