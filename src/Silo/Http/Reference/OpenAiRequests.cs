using System.ComponentModel;

namespace MmiGrains.Silo.Http.Reference;

/// <summary>The body of a chat, as the reference tells it; the endpoint reads it field by field.</summary>
internal sealed record ChatRequestBody(
    [property: Description("A name of /v1/models: with pictures as Markdown, or as parts.")] string Model,
    [property: Description("The conversation, the newest message last.")] IReadOnlyList<ChatMessageBody> Messages)
{
    [Description("Whether the answer comes as it is made, as server-sent events.")]
    public bool? Stream { get; init; }

    [Description("Tokens of text, at most.")]
    public int? MaxTokens { get; init; }

    [Description("0, which takes the likeliest token, to 2.")]
    public double? Temperature { get; init; }

    [Description("0 to 1.")]
    public double? TopP { get; init; }

    [Description("The same seed gives the same answer.")]
    public long? Seed { get; init; }

    [Description("Up to four texts that end the answer.")]
    public IReadOnlyList<string>? Stop { get; init; }

    [Description("Whether each token's logarithm of probability is told.")]
    public bool? Logprobs { get; init; }

    [Description("Pictures in the answer, at most.")]
    public int? MaxImages { get; init; }

    [Description("Whether the answer begins with a picture.")]
    public bool? ImageFirst { get; init; }

    [Description("Denoising steps of a picture.")]
    public int? ImageSteps { get; init; }

    [Description("How closely a picture follows the words.")]
    public double? GuidanceScale { get; init; }
}

/// <summary>A message.</summary>
internal sealed record ChatMessageBody(
    [property: Description("user, assistant, system or developer.")] string Role,
    [property: Description("Text, or a list of parts.")] IReadOnlyList<ChatPartBody> Content);

/// <summary>A part of a message: text, a picture by its address (a data URL or one of ours), or an uploaded file.</summary>
internal sealed record ChatPartBody([property: Description("text, image_url or file.")] string Type)
{
    [Description("The text.")]
    public string? Text { get; init; }

    [Description("The picture.")]
    public ChatImageUrlBody? ImageUrl { get; init; }

    [Description("The uploaded picture.")]
    public ChatFileBody? File { get; init; }
}

/// <summary>A picture's address.</summary>
internal sealed record ChatImageUrlBody([property: Description("data:image/png;base64,... or an address of this server's /v1/images.")] string Url);

/// <summary>An uploaded picture's name.</summary>
internal sealed record ChatFileBody([property: Description("The id that /v1/files gave.")] string FileId);

/// <summary>The body of a completion.</summary>
internal sealed record CompletionRequestBody(string Model, [property: Description("The text that goes on.")] string Prompt)
{
    [Description("Whether the answer comes as it is made, as server-sent events.")]
    public bool? Stream { get; init; }

    [Description("Tokens of text, at most.")]
    public int? MaxTokens { get; init; }

    [Description("0, which takes the likeliest token, to 2.")]
    public double? Temperature { get; init; }

    [Description("0 to 1.")]
    public double? TopP { get; init; }

    [Description("The same seed gives the same answer.")]
    public long? Seed { get; init; }

    [Description("Up to four texts that end the answer.")]
    public IReadOnlyList<string>? Stop { get; init; }
}

/// <summary>The body of a request for pictures.</summary>
internal sealed record PictureRequestBody([property: Description("What to paint.")] string Prompt)
{
    [Description("A name of /v1/models.")]
    public string? Model { get; init; }

    [Description("Pictures, 1 to 10.")]
    public int? N { get; init; }

    [Description("'auto', or sides like '64x64'; the model paints in one size.")]
    public string? Size { get; init; }

    [Description("b64_json or url.")]
    public string? ResponseFormat { get; init; }

    [Description("The same seed paints the same picture.")]
    public long? Seed { get; init; }

    [Description("Of an edit: the pictures, as data URLs or addresses of ours.")]
    public IReadOnlyList<string>? Image { get; init; }

    [Description("A conversation that the prompt belongs to.")]
    public IReadOnlyList<ChatMessageBody>? Messages { get; init; }
}
