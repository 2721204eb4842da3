using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Painting;

/// <summary>A form with pictures, as fields and files.</summary>
/// <param name="Fields">Its fields, as if they had come as JSON.</param>
/// <param name="Files">Its files.</param>
internal sealed record PaintForm(JsonElement Fields, IReadOnlyList<FormFile> Files)
{
    private const int MostFields = 64, MostFiles = 32;

    // In a form everything is text; these are not.
    private static readonly string[] Numbers = ["n", "seed", "image_steps", "guidance_scale", "output_compression", "partial_images"];
    private static readonly string[] Flags = ["stream"];
    private static readonly string[] Documents = ["messages"];

    /// <summary>Reads the form.</summary>
    /// <exception cref="ApiException">It is damaged or too large.</exception>
    public static async Task<PaintForm> ReadAsync(HttpRequest request)
    {
        // Read as a whole first, so that a form that is too large is refused in our words and nothing of it lies on disk.
        var whole = await BodyBytes.ReadAsync(request, RequestReader.MostBytes);
        OnceKey.Remember(request, whole.Span);
        request.Body = new MemoryStream(whole.ToArray(), writable: false);
        var limits = new FormOptions
        {
            MultipartBodyLengthLimit = RequestReader.MostBytes,
            MemoryBufferThreshold = RequestReader.MostBytes,
            ValueCountLimit = MostFields,
            ValueLengthLimit = RequestReader.MostBytes,
        };
        try
        {
            var form = await new FormFeature(request, limits).ReadFormAsync(request.HttpContext.RequestAborted);
            return form.Files.Count > MostFiles
                ? throw JsonFields.Refuse("too_many_images", "image", $"The form may have {MostFiles} files; it has {form.Files.Count}.")
                : new PaintForm(ToFields(form), await ReadFilesAsync(form));
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or BadHttpRequestException)
        {
            throw ApiError.Invalid("invalid_form", null, $"The form cannot be read: its {whole.Length} bytes are damaged, end too early, or have more than {MostFields} fields.").ToException();
        }
    }

    private static JsonElement ToFields(IFormCollection form)
    {
        var fields = new JsonObject();
        foreach (var (name, values) in form)
        {
            fields[name] = values.Count == 1 ? ToValue(name, values[0] ?? "")
                : throw JsonFields.Refuse("duplicate_field", name, $"The field '{JsonFields.Shorten(name)}' may be given once; it is given {values.Count} times.");
        }

        return JsonSerializer.SerializeToElement(fields, OpenAiJson.Default.JsonObject);
    }

    private static JsonNode? ToValue(string name, string text)
    {
        JsonNode? value = text;
        try
        {
            value = Numbers.Contains(name) || Flags.Contains(name) || Documents.Contains(name) ? JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) : text;
            value?.ToJsonString();
        }
        catch (JsonException) when (value?.GetValueKind() == JsonValueKind.String)
        {
            // It stays text, and whoever reads it says what it must be.
        }
        catch (Exception problem) when (problem is InvalidOperationException or JsonException or ArgumentException) // half of a pair of surrogates somewhere within
        {
            throw JsonFields.Refuse("invalid_text", name, $"{JsonFields.Shorten(name)} must be valid Unicode; it is '{JsonFields.Shorten(text)}'.");
        }

        return value;
    }

    private static async Task<IReadOnlyList<FormFile>> ReadFilesAsync(IFormCollection form)
    {
        var files = new List<FormFile>();
        foreach (var file in form.Files)
        {
            using var copy = new MemoryStream();
            await file.CopyToAsync(copy);
            files.Add(new FormFile(file.Name, file.FileName, copy.ToArray()));
        }

        return files;
    }
}

/// <summary>A file of a form.</summary>
/// <param name="Field">The field that it is of.</param>
/// <param name="Name">What its sender calls it.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record FormFile(string Field, string Name, byte[] Bytes);
