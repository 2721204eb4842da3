namespace MmiGrains.Contracts.Images;

/// <summary>Compares an image with others by what the encoder sees in them; the key is the image's. It holds nothing.</summary>
[Alias("mmi.IImageComparisonGrain")]
public interface IImageComparisonGrain : IGrainWithStringKey
{
    /// <summary>How alike the image and each of some others are: 1 for the same, near 0 for those that have nothing in common.</summary>
    /// <exception cref="Errors.ImageNotFoundException">One of them is not there.</exception>
    [Alias("Compare")]
    Task<IReadOnlyList<double>> CompareAsync(IReadOnlyList<ImageId> others, CancellationToken cancellation = default);
}
