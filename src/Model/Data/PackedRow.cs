namespace MmiGrains.Model.Data;

/// <summary>One row of a training batch: whole documents, or parts cut at an image, one after the other.</summary>
/// <param name="Ids">Token ids, at most a row's length; not padded.</param>
/// <param name="Trained">For each token whether the model learns to produce it.</param>
/// <param name="Images">The images, in order; their positions are those in the row.</param>
/// <param name="NearestBos">For each image the position of its document's begin-of-sequence token in the row.</param>
/// <param name="Origins">Where its samples can be found again.</param>
public sealed record PackedRow(
    IReadOnlyList<long> Ids, IReadOnlyList<bool> Trained, IReadOnlyList<SampleImage> Images, IReadOnlyList<long> NearestBos, IReadOnlyList<string> Origins);
