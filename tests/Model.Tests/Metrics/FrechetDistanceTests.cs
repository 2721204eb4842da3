using MmiGrains.Model.Metrics.Features;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class FrechetDistanceTests
{
    // 1² + 2² for the means; (2 - 1)² + (3 - 5)² + 0² for the standard deviations.
    [Fact]
    public void Independent_dimensions_add_up() => Assert.Equal(
        10,
        FrechetDistance.Between(
            new GaussianFit([1, 0, 5], [4, 0, 0, 0, 9, 0, 0, 0, 7]), new GaussianFit([0, 2, 5], [1, 0, 0, 0, 25, 0, 0, 0, 7])),
        1e-10);

    // Both have the axes (1, 1)/√2 and (1, -1)/√2, with variances 9 and 1, and 4 and 16: (3 - 2)² + (1 - 4)².
    [Fact]
    public void Covariances_with_common_axes_are_compared_along_them() => Assert.Equal(
        10, FrechetDistance.Between(new GaussianFit([0, 0], [5, 4, 4, 5]), new GaussianFit([0, 0], [10, -6, -6, 10])), 1e-10);

    // Of a 2 x 2 matrix M with positive eigenvalues, Tr √M = √(Tr M + 2 √det M). Here M = C1 C2 = [[4, 1], [2, 4]] is not symmetric:
    // Tr √M = √(8 + 2 √14).
    [Fact]
    public void Covariances_with_different_axes_have_the_closed_form_of_two_dimensions() => Assert.Equal(
        3 + 6 - (2 * Math.Sqrt(8 + (2 * Math.Sqrt(14)))),
        FrechetDistance.Between(new GaussianFit([0, 0], [1, 0, 0, 2]), new GaussianFit([0, 0], [4, 1, 1, 2])),
        1e-10);

    // Two rows of five features: each covariance is u uᵀ with u = (x1 - x2) / √2, so the cross term is |u · v|.
    [Fact]
    public void Fewer_images_than_features_are_no_trouble()
    {
        double[] u = [1, -2, 0.5, 3, 0], v = [2, 1, -1, 0.5, 4];
        double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        FeatureMatrix TwoRows(double[] direction) =>
            new(2, 5, [.. direction.Select(x => x / Math.Sqrt(2)), .. direction.Select(x => -x / Math.Sqrt(2))]);
        Assert.Equal(Dot(u, u) + Dot(v, v) - (2 * Math.Abs(Dot(u, v))), FrechetDistance.Between(TwoRows(u), TwoRows(v)), 1e-6);
    }

    // With twice the deviation from the mean, C2 = 4 C1, and Tr(C1 + C2 - 2 · 2 C1) = Tr C1.
    [Fact]
    public void Stretched_features_are_as_far_as_their_variance()
    {
        const int rows = 400, columns = 300;
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble())];
        for (var i = columns; i < values.Length; i++)
        {
            values[i] += 0.5 * values[i - 1]; // neighbours depend on each other
        }

        var features = new FeatureMatrix(rows, columns, values);
        var fit = GaussianFit.Of(features);
        var stretched = new FeatureMatrix(rows, columns, [.. values.Select((value, i) => (2 * value) - fit.Mean[i % columns])]);
        var variance = Enumerable.Range(0, columns).Sum(i => fit.Covariance[i * (columns + 1)]);
        Assert.Equal(variance, FrechetDistance.Between(features, stretched), variance * 1e-9);
        Assert.Equal(0, FrechetDistance.Between(features, features), variance * 1e-6);
    }

    // Rows (1, 2), (3, 2), (5, 8): deviations (-2, -2), (0, -2), (2, 4) give sums of products 8, 12, 24, over n - 1 = 2.
    [Fact]
    public void A_fit_has_the_mean_and_the_unbiased_covariance()
    {
        var fit = GaussianFit.Of(new FeatureMatrix(3, 2, [1, 2, 3, 2, 5, 8]));
        Assert.Equal([3, 4], fit.Mean);
        Assert.Equal([4, 6, 6, 12], fit.Covariance);
    }

    // More rows than one block holds, all alike but for the last.
    [Fact]
    public void A_fit_takes_any_number_of_rows()
    {
        const int rows = 5000;
        var values = new double[rows];
        values[^1] = rows;
        var fit = GaussianFit.Of(new FeatureMatrix(rows, 1, values));
        Assert.Equal(1, fit.Mean[0], 1e-12);
        Assert.Equal(rows, fit.Covariance[0], 1e-6); // ((n - 1) · 1² + (n - 1)²) / (n - 1) = n
    }

    [Fact]
    public void Features_that_cannot_be_compared_are_refused()
    {
        FeatureMatrix one = new(1, 2, [1, 2]), two = new(2, 2, [1, 2, 3, 4]), three = new(2, 3, [1, 2, 3, 4, 5, 6]);
        Assert.Contains("at least two rows; there is 1", Assert.Throws<ArgumentException>(() => FrechetDistance.Between(one, two)).Message);
        Assert.Contains("2 features per image, the second 3", Assert.Throws<ArgumentException>(() => FrechetDistance.Between(two, three)).Message);
        Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>(() => new FeatureMatrix(2, 2, [1, 2, double.NaN, 4])).Message);
    }

    // Cosines 1 (parallel), 0 (right angle), -1 (opposite) and 24/25.
    [Fact]
    public void Images_are_compared_by_the_angle_of_their_features()
    {
        FeatureMatrix generated = new(4, 2, [1, 2, 1, 0, 3, -1, 3, 4]), originals = new(4, 2, [10, 20, 0, 7, -6, 2, 4, 3]);
        Assert.All(ImageSimilarity.Scores(generated, originals).Zip([1, 0, -1, 0.96]), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void Features_without_direction_or_partner_are_refused()
    {
        FeatureMatrix one = new(1, 2, [1, 2]), zero = new(1, 2, [0, 0]), two = new(2, 2, [1, 2, 3, 4]);
        Assert.Contains("Row 0 has only zeros", Assert.Throws<ArgumentException>(() => ImageSimilarity.Scores(one, zero)).Message);
        Assert.Contains("1 x 2, the second 2 x 2", Assert.Throws<ArgumentException>(() => ImageSimilarity.Scores(one, two)).Message);
    }
}
