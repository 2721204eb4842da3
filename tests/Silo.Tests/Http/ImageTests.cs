using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Tests.Imaging;

namespace MmiGrains.Silo.Tests.Http;

public sealed class ImageTests(HttpSilo silo)
{
    [Fact]
    public async Task A_picture_comes_back_as_it_was_sent()
    {
        using var client = await silo.ConnectAsync();
        var bytes = SomePictures.Jpeg();
        var put = (await client.SendAsync(HttpMethod.Post, "/v1/images", new ByteArrayContent(bytes))).Body(HttpStatusCode.Created);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (string)put["id"]!);
        Assert.Equal(("image/jpeg", 64, 48, (long)bytes.Length), ((string)put["media_type"]!, (int)put["width"]!, (int)put["height"]!, (long)put["byte_count"]!));
        var read = await client.GetAsync((string)put["url"]!);
        Assert.Equal(bytes, read.Bytes);
        Assert.Equal("image/jpeg", read.ContentHeaders.ContentType!.MediaType);
        var known = await client.SendAsync(HttpMethod.Get, (string)put["url"]!, null, ("If-None-Match", read.Headers.ETag!.Tag));
        Assert.Equal((HttpStatusCode.NotModified, 0), (known.Status, known.Bytes.Length));
    }

    [Fact]
    public async Task A_form_with_one_file_is_the_same_picture()
    {
        using var client = await silo.ConnectAsync();
        using var file = new ByteArrayContent(SomePictures.Png());
        file.Headers.ContentType = new MediaTypeHeaderValue("text/plain"); // what a sender says is not believed
        using var form = new MultipartFormDataContent { { file, "file", "a.png" } };
        var put = (await client.SendAsync(HttpMethod.Post, "/v1/images", form)).Body(HttpStatusCode.Created);
        Assert.Equal(await client.UploadAsync(SomePictures.Png()), (string)put["id"]!);
        Assert.Equal("image/png", (string)put["media_type"]!);

        using var none = new MultipartFormDataContent { { new StringContent("x"), "text" } };
        (await client.SendAsync(HttpMethod.Post, "/v1/images", none)).Refusal(HttpStatusCode.BadRequest, "invalid_form");
        var cut = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nxx"u8.ToArray());
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        (await client.SendAsync(HttpMethod.Post, "/v1/images", cut)).Refusal(HttpStatusCode.BadRequest, "invalid_form");
    }

    [Fact]
    public async Task A_thumbnail_fits_its_side_and_is_never_larger_than_the_picture()
    {
        using var client = await silo.ConnectAsync();
        var wide = await client.UploadAsync(SomePictures.Png(400, 100));
        Assert.Equal((200, 50), Size((await client.GetAsync($"/v1/images/{wide}/thumbnail?side=200")).Bytes));
        Assert.Equal((400, 100), Size((await client.GetAsync($"/v1/images/{wide}/thumbnail?side=2048")).Bytes));
        (await client.GetAsync($"/v1/images/{wide}/thumbnail?side=4096")).Refusal(HttpStatusCode.BadRequest, "invalid_value");
    }

    [Fact]
    public async Task What_is_not_a_picture_is_refused_and_the_silo_lives()
    {
        using var client = await silo.ConnectAsync();
        var png = SomePictures.Png(200, 200);
        await RefusedAsync(client, [], HttpStatusCode.BadRequest, "image_empty");
        await RefusedAsync(client, png[..(png.Length / 2)], HttpStatusCode.BadRequest, "image_truncated");
        await RefusedAsync(client, Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), HttpStatusCode.UnsupportedMediaType, "image_format_unknown");
        await RefusedAsync(client, SomePictures.Png(1000, 2), HttpStatusCode.BadRequest, "image_too_narrow");
        await RefusedAsync(client, PngBytes.Write(40_000, 40_000, 8, PngBytes.Rgb, new byte[100]), HttpStatusCode.RequestEntityTooLarge, "image_too_many_pixels");
        await RefusedAsync(client, new byte[(20 << 20) + 1], HttpStatusCode.RequestEntityTooLarge, "request_too_large");
        await client.UploadAsync(png);
    }

    private static (int Width, int Height) Size(byte[] jpeg) => new ImageProcessor().ReadSize(jpeg);

    private static async Task RefusedAsync(NativeClient client, byte[] bytes, HttpStatusCode status, string code) =>
        (await client.SendAsync(HttpMethod.Post, "/v1/images", new ByteArrayContent(bytes))).Refusal(status, code);
}
