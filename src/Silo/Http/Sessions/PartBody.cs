using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>A run of text, or one image: <c>{"type": "text", "text": ...}</c> or <c>{"type": "image", "image_id": ...}</c>.</summary>
internal sealed record PartBody
{
    private const int MostShown = 40;

    public string? Type { get; init; }

    public string? Text { get; init; }

    public string? ImageId { get; init; }

    public static PartBody Of(Segment segment) => segment switch
    {
        ImageSegment image => new PartBody { Type = "image", ImageId = image.Image.Hash },
        TextSegment text => new PartBody { Type = "text", Text = text.Text },
        _ => throw new ArgumentException($"A segment is text or an image, not {segment.GetType().Name}."),
    };

    /// <summary>What a tenant says.</summary>
    /// <param name="parts">Its parts.</param>
    /// <param name="tenant">Whose images they are.</param>
    /// <exception cref="ApiException">A part cannot be.</exception>
    public static IReadOnlyList<Segment> ToSegments(IReadOnlyList<PartBody> parts, string tenant) => [.. parts.Select((part, index) => part.ToSegment($"content[{index}]", tenant))];

    private Segment ToSegment(string field, string tenant)
    {
        switch (Type)
        {
            case "text" when ImageId is null && Text is not null:
                return Text.Contains('\0', StringComparison.Ordinal)
                    ? throw Refuse($"{field}.text", $"{field}.text must not hold the character NUL; it does at {Text.IndexOf('\0', StringComparison.Ordinal)}.")
                    : new TextSegment(Text);
            case "image" when Text is null && ImageId is not null:
                return ImageNames.IsHash(ImageId)
                    ? new ImageSegment(new ImageId(tenant, ImageId))
                    : throw Refuse($"{field}.image_id", $"{field}.image_id must be the id of an uploaded image, 64 hexadecimal digits; it is '{Shown(ImageId)}'.");
            case "text" or "image":
                throw Refuse(field, $"{field} must have a {(Type == "text" ? "text and no image_id" : "image_id and no text")}, as its type says.");
            default:
                throw Refuse($"{field}.type", $"{field}.type must be 'text' or 'image'; it is {(Type is null ? "not given" : $"'{Shown(Type)}'")}.");
        }
    }

    private static ApiException Refuse(string field, string sentence) => ApiError.Invalid("invalid_value", field, sentence).ToException();

    private static string Shown(string value) => value.Length <= MostShown ? value : value[..MostShown] + "...";
}
