using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Painting;

/// <summary>A request for pictures.</summary>
/// <param name="Messages">What to paint, as a conversation whose next word is a picture.</param>
/// <param name="Count">How many.</param>
/// <param name="Settings">How to paint.</param>
/// <param name="WantsUrl">Whether an address is wanted in the place of the bytes.</param>
internal sealed record PaintRequest(IReadOnlyList<InputMessage> Messages, int Count, GenerationSettings Settings, bool WantsUrl)
{
    private const int MostPictures = 10, MostPromptCharacters = 32_000;

    /// <summary>Reads the fields of a body or a form.</summary>
    /// <param name="body">The fields.</param>
    /// <param name="names">The models.</param>
    /// <param name="given">Pictures that come along, which the prompt is about.</param>
    /// <exception cref="ApiException">A field cannot be.</exception>
    public static PaintRequest Read(JsonFields body, ServedNames names, IReadOnlyList<InputPart> given)
    {
        names.ReadPainter(body);
        body.Ignore("user");
        if (body.Flag("stream"))
        {
            throw JsonFields.Refuse("invalid_value", "stream", "stream must be false, since pictures come whole and only a chat shows them come; it is true.");
        }

        CheckSize(body, names.Config.ImageResolutionDecoder);
        body.Word("output_format", "png", "jpeg", "webp");
        var prompt = body.Text("prompt", MostPromptCharacters) is { Length: > 0 } text ? text
            : throw JsonFields.Refuse("missing_field", "prompt", $"prompt must have 1 to {MostPromptCharacters} characters; it has 0.");
        var settings = SamplingReader.ReadPainting(body, new GenerationSettings()) with { MaxTokens = 1, MaxImages = 1, ImageFirst = true, PreviewEvery = 0 };
        return new PaintRequest(
            [.. MessageReader.Read(body), new InputMessage("user", [.. given, new InputText(prompt, "prompt")], "prompt")],
            (int)(body.Whole("n", 1, MostPictures) ?? 1),
            settings with { Seed = body.Whole("seed", long.MinValue, long.MaxValue) is { } seed ? seed & int.MaxValue : null },
            body.Word("response_format", "b64_json", "url") == "url");
    }

    // The model paints in one size. Clients ask for whatever their menus offer, and show what they get.
    private static void CheckSize(JsonFields body, int side)
    {
        if (body.Text("size", 100) is { } size && size != "auto" && !IsSize(size))
        {
            throw JsonFields.Refuse("invalid_value", "size", $"size must be 'auto' or like '{side}x{side}', which is what is painted; it is '{JsonFields.Shorten(size)}'.");
        }
    }

    private static bool IsSize(string text) => text.Split('x') is [var width, var height] && IsSide(width) && IsSide(height);

    private static bool IsSide(string text) => text.Length is > 0 and <= 5 && text.All(char.IsAsciiDigit) && text[0] != '0';
}
