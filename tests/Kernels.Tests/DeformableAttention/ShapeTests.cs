using MmiGrains.Kernels.DeformableAttention;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

public class ShapeTests
{
    public static TheoryData<string> Kernels => AttendTests.Kernels;

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Arguments_that_do_not_belong_together_are_named_in_one_sentence(string name)
    {
        using var scope = NewDisposeScope();
        var kernel = KernelSet.DeformableAttentions.All.Single(one => one.Name == name);
        LevelShape[] levels = [new(4, 4), new(2, 2)];
        var (values, locations, weights) = (zeros(2, 20, 3, 5), zeros([2, 7, 3, 2, 4, 2]), zeros([2, 7, 3, 2, 4]));
        void Refuses(string sentence, Action attend) =>
            Assert.StartsWith(sentence, Assert.Throws<ArgumentException>(attend).Message, StringComparison.Ordinal);

        Refuses("The levels hold 20 positions, the values 21.", () => kernel.Attend(zeros(2, 21, 3, 5), levels, locations, weights));
        Refuses(
            "Values are [batch, positions, heads, channels], not [20, 3, 5].", () => kernel.Attend(values[0], levels, locations, weights));
        Refuses(
            "Locations are [batch, queries, heads, levels, points, 2], not [2, 7, 3, 2, 4].",
            () => kernel.Attend(values, levels, weights, weights));
        Refuses(
            "Weights [2, 7, 3, 2, 1] do not belong to locations [2, 7, 3, 2, 4, 2].",
            () => kernel.Attend(values, levels, locations, weights.narrow(4, 0, 1)));
        Refuses(
            "Locations [2, 7, 3, 2, 4, 2] and values [2, 20, 1, 5] differ in batch or heads.",
            () => kernel.Attend(values.narrow(2, 0, 1), levels, locations, weights));
        Refuses("1 levels do not belong to locations [2, 7, 3, 2, 4, 2].", () => kernel.Attend(values, levels[..1], locations, weights));
        Refuses("A level is empty", () => kernel.Attend(values, [new(20, 1), new(0, 3)], locations, weights));
        Refuses(
            "Visibility [2, 7, 3] is not [batch, queries, groups] for locations [2, 7, 3, 2, 4, 2]",
            () => kernel.Attend(values, levels, locations, weights, ones(2, 7, 3)));
        Refuses("Visibility [7, 2] is not", () => kernel.Attend(values, levels, locations, weights, ones(7, 2)));
    }
}
