using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data;

/// <summary>A sample as the model reads it: its document's tokens, and its images ready to be encoded and painted.</summary>
/// <param name="Ids">Token ids, from begin-of-sequence to end-of-sequence; an image is a begin-of-image token and its visual tokens.</param>
/// <param name="Trained">For each token whether the model learns to produce it. A begin-of-image token is trained with its image.</param>
/// <param name="Images">The images, in order.</param>
public sealed record TokenizedSample(IReadOnlyList<long> Ids, IReadOnlyList<bool> Trained, IReadOnlyList<SampleImage> Images)
{
    /// <summary>Where the sample can be found again.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>One image of a tokenized sample.</summary>
/// <param name="ForEncoder">As it is read.</param>
/// <param name="ForDecoder">As it is painted; the same object where both have one size.</param>
/// <param name="IsTrained">Whether the model learns to paint it.</param>
/// <param name="Position">Where its begin-of-image token stands.</param>
public sealed record SampleImage(RgbImage ForEncoder, RgbImage ForDecoder, bool IsTrained, int Position)
{
    /// <summary>Where its pixels come from; null where that is not known.</summary>
    public ISampleImage? Source { get; init; }
}
