namespace MmiGrains.Silo.Http.OpenAi.Painting;

/// <summary>Pictures that were painted.</summary>
/// <param name="Created">When.</param>
/// <param name="Data">The pictures.</param>
/// <param name="Size">Their size, whatever was asked for.</param>
/// <param name="Usage">What they cost.</param>
internal sealed record PictureList(long Created, IReadOnlyList<PictureBody> Data, string Size, PictureUsage Usage)
{
    public string OutputFormat => "png";
}

/// <summary>One picture: its bytes, or where they are.</summary>
internal sealed record PictureBody(string? B64Json, string? Url);

/// <summary>What pictures cost, in places of the model's sequence.</summary>
internal sealed record PictureUsage(int InputTokens, int OutputTokens, int TotalTokens, PictureInput InputTokensDetails);

/// <summary>What the input is made of.</summary>
internal sealed record PictureInput(int TextTokens, int ImageTokens);
