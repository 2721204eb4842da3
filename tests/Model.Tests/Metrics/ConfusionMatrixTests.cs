using MmiGrains.Model.Metrics.Segmentation;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    private static LabelMap Map(params byte[] labels) => new(labels.Length / 2, 2, labels);

    // Class 0: right once, missed once, guessed wrongly once: 1 / 3. Class 1: 2 right, 1 missed, 1 wrong: 2 / 4. Class 2 nowhere.
    [Fact]
    public void Classes_that_occur_have_equal_weight()
    {
        var matrix = new ConfusionMatrix(3, ignored: 255);
        matrix.Add(predicted: Map(0, 1, 1, 1, 0, 2), expected: Map(0, 0, 1, 1, 1, 255));
        Assert.Equal(1.0 / 3, matrix.IntersectionOverUnion(0)!.Value, 1e-12);
        Assert.Equal(0.5, matrix.IntersectionOverUnion(1));
        Assert.Null(matrix.IntersectionOverUnion(2));
        Assert.Equal(((1.0 / 3) + 0.5) / 2, matrix.MeanIntersectionOverUnion, 1e-12);
        Assert.Equal(0.6, matrix.PixelAccuracy);
        Assert.Equal(5, matrix.PixelCount);
    }

    // Together: class 0 is right twice, missed twice, guessed wrongly once; class 1 is right once, missed once, guessed wrongly twice.
    [Fact]
    public void Pictures_are_summed_up()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(Map(0, 1), Map(0, 0));
        matrix.Add(Map(0, 0, 1, 1), Map(0, 1, 1, 0));
        Assert.Equal(2.0 / 5, matrix.IntersectionOverUnion(0)!.Value, 1e-12);
        Assert.Equal(1.0 / 4, matrix.IntersectionOverUnion(1)!.Value, 1e-12);
    }

    [Fact]
    public void A_prediction_that_is_no_class_is_a_miss_and_no_more()
    {
        var matrix = new ConfusionMatrix(3, ignored: 0);
        matrix.Add(Map(0, 9, 1, 2), Map(1, 1, 1, 2));
        Assert.Equal(1.0 / 3, matrix.IntersectionOverUnion(1)!.Value, 1e-12);
        Assert.Null(matrix.IntersectionOverUnion(0));
        Assert.Equal(((1.0 / 3) + 1) / 2, matrix.MeanIntersectionOverUnion, 1e-12);
    }

    // As in ADE20K: 0 is unlabelled, and predictions count from the first class.
    [Fact]
    public void Predictions_may_count_from_another_number()
    {
        var matrix = new ConfusionMatrix(4, ignored: 0);
        matrix.Add(Map(0, 1, 2, 0), Map(1, 2, 3, 0), offset: 1);
        Assert.Equal((1, 1, 3L), (matrix.MeanIntersectionOverUnion, matrix.PixelAccuracy, matrix.PixelCount));
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        var matrix = new ConfusionMatrix(2);
        Assert.Contains("label at (1, 1) is 7", Assert.Throws<ArgumentException>(() => matrix.Add(Map(0, 0, 0, 0), Map(0, 0, 0, 7))).Message);
        Assert.Contains("1 x 2, the expected one 2 x 2", Assert.Throws<ArgumentException>(() => matrix.Add(Map(0, 0), Map(0, 0, 0, 0))).Message);
        Assert.Throws<InvalidOperationException>(() => new ConfusionMatrix(2).MeanIntersectionOverUnion);
    }
}
