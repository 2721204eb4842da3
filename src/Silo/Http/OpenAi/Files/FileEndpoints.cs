using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Images;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.OpenAi.Painting;
using MmiGrains.Silo.Http.OpenAi.Reading;
using MmiGrains.Silo.Http.Reference;

namespace MmiGrains.Silo.Http.OpenAi.Files;

/// <summary><c>/v1/files</c>: pictures that are uploaded once and named in later requests.</summary>
/// <param name="files">Which there are.</param>
/// <param name="pictures">Takes them in and reads them.</param>
/// <param name="grains">The cluster.</param>
/// <param name="clock">Dates uploads.</param>
internal sealed class FileEndpoints(FileStore files, Pictures pictures, IGrainFactory grains, TimeProvider clock)
{
    private static readonly string[] Purposes = ["vision", "user_data", "assistants"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/files", (HttpContext context, FileEndpoints endpoints) => endpoints.PutAsync(context))
            .Note(EndpointNotes.OpenAi, "Upload a picture once", "A form with a file and a purpose.").Reads<byte[]>("multipart/form-data").Answers<FileBody>();
        app.MapGet("/v1/files", async (HttpContext context, FileEndpoints endpoints) =>
            Results.Json(new FileList(await endpoints.ListAsync(context.Tenant())), OpenAiJson.Default.FileList)).Note(EndpointNotes.OpenAi, "List uploaded pictures").Answers<FileList>();
        app.MapGet("/v1/files/{id}", async (HttpContext context, FileEndpoints endpoints, string id) =>
            Results.Json(await endpoints.FindAsync(context.Tenant(), id), OpenAiJson.Default.FileBody)).Note(EndpointNotes.OpenAi, "Read about an uploaded picture").Answers<FileBody>();
        app.MapGet("/v1/files/{id}/content", (HttpContext context, FileEndpoints endpoints, string id) => endpoints.ReadAsync(context, id))
            .Note(EndpointNotes.OpenAi, "Fetch an uploaded picture").AnswersFile("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp");
        app.MapDelete("/v1/files/{id}", async (HttpContext context, FileEndpoints endpoints, string id) =>
            Results.Json(await endpoints.DeleteAsync(context.Tenant(), id), OpenAiJson.Default.FileDeleted)).Note(EndpointNotes.OpenAi, "Delete an uploaded picture").Answers<FileDeleted>();
    }

    private async Task<IResult> PutAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new ApiError(
                StatusCodes.Status415UnsupportedMediaType, ErrorTypes.InvalidRequest, "unsupported_media_type",
                $"The Content-Type must be multipart/form-data; it is '{JsonFields.Shorten(context.Request.ContentType ?? "")}'.")
            { Param = "Content-Type" }.ToException();
        }

        var form = await PaintForm.ReadAsync(context.Request);
        if (form.Files is not [(_, var name, var bytes)])
        {
            throw JsonFields.Refuse("invalid_form", "file", $"The form must have one file; it has {form.Files.Count}.");
        }

        var purpose = new JsonFields(form.Fields, "").Word("purpose", Purposes);
        var info = await pictures.PutAsync(context.Tenant(), bytes, context.RequestAborted);
        var file = new FileBody(FileNames.Of(info.Id.Hash), bytes.Length, clock.GetUtcNow().ToUnixTimeSeconds(), name, purpose);
        await files.PutAsync(context.Tenant(), file);
        return Results.Json(file, OpenAiJson.Default.FileBody);
    }

    private Task<IReadOnlyList<FileBody>> ListAsync(string tenant) => files.ListAsync(tenant);

    private async Task<FileBody> FindAsync(string tenant, string id) => await files.FindAsync(tenant, id) ?? throw Missing(id);

    private async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        await FindAsync(context.Tenant(), id);
        var bytes = await pictures.ReadAsync(new ImageId(context.Tenant(), FileNames.FindHash(id)!), context.RequestAborted);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(bytes, MediaTypes.Of(bytes));
    }

    // The picture goes with the file: who deletes what they uploaded means it.
    private async Task<FileDeleted> DeleteAsync(string tenant, string id)
    {
        await FindAsync(tenant, id);
        await grains.GetGrain<IImageGrain>(new ImageId(tenant, FileNames.FindHash(id)!).ToString()).DeleteAsync();
        await files.RemoveAsync(tenant, id);
        return new FileDeleted(id);
    }

    private static ApiException Missing(string id) => (ApiError.NotFound("file_not_found", $"There is no file '{JsonFields.Shorten(id)}'.") with { Param = "id" }).ToException();
}
