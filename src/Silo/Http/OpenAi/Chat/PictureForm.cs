using Microsoft.AspNetCore.Http;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Chat;

/// <summary>How an answer's pictures reach the client.</summary>
internal enum PictureForm
{
    /// <summary>As Markdown in the text, with an address that holds for a while without a key.</summary>
    Markdown,

    /// <summary>As typed parts beside the text, with their bytes.</summary>
    Parts,
}

/// <summary>Finds out which form a client wants.</summary>
internal static class PictureForms
{
    /// <summary>A client may say it in this header: markdown or parts.</summary>
    public const string Header = "X-Mmi-Images";

    public static PictureForm Read(HttpRequest request, string model, ServedNames names) => request.Headers[Header].ToString() switch
    {
        "" => model == names.PartsName ? PictureForm.Parts : PictureForm.Markdown,
        "markdown" => PictureForm.Markdown,
        "parts" => PictureForm.Parts,
        var other => throw JsonFields.Refuse("invalid_value", Header, $"The header {Header} must be 'markdown' or 'parts'; it is '{JsonFields.Shorten(other)}'."),
    };
}
