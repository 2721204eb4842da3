using MmiGrains.Contracts.Looks;
using MmiGrains.Silo.Http.Images;

namespace MmiGrains.Silo.Http.Looks;

/// <summary>What the model looked at. The images' shares, <c>nothing</c> and <c>outside</c> together are 1.</summary>
/// <param name="TurnId">Whose answer.</param>
/// <param name="Images">The images that it could see, the oldest first.</param>
/// <param name="Nothing">The share of looking at no image.</param>
/// <param name="Outside">The share of points beyond an image's edge.</param>
/// <param name="Levels">Sides of the feature levels that a point's level counts, the finest first.</param>
internal sealed record LookBody(string TurnId, IReadOnlyList<ImageLookBody> Images, float Nothing, float Outside, IReadOnlyList<int> Levels)
{
    /// <summary>The text that was asked about; absent for a picture.</summary>
    public string? Text { get; init; }

    /// <summary>Indices of its tokens among those of the answer's text.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>The picture that was asked about; absent for text.</summary>
    public string? ImageId { get; init; }

    /// <summary>A report as it is told.</summary>
    public static LookBody Of(LookQuery query, LookReport report) =>
        new(query.TurnId, [.. report.Images.Select(ImageLookBody.Of)], report.Nothing, report.Outside, report.Levels)
        {
            Text = query.Picture is null ? report.Text : null,
            Tokens = query.Picture is null ? [.. Enumerable.Range(report.FirstToken, report.TokenCount)] : null,
            ImageId = query.Picture,
        };
}

/// <summary>What of one image was looked at.</summary>
internal sealed record ImageLookBody(string ImageId, string Url, float Share, IReadOnlyList<LookPoint> Points)
{
    public static ImageLookBody Of(ImageLook look) => new(look.Image.Hash, ImageNames.Url(look.Image), look.Share, look.Points);
}
