using System.Text;
using System.Text.Json.Nodes;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

/// <summary>Requests as a careless or hostile client would send them: right ones with a fault.</summary>
internal sealed class MalformedRequests(int seed)
{
    private static readonly byte[] Picture = ImageProcessor.EncodePng(new RgbImage(24, 16, new byte[24 * 16 * 3]));
    private static readonly string[] Paths = ["/v1/chat/completions", "/v1/chat/completions", "/v1/images/generations", "/v1/images/edits", "/v1/completions"];

    // As text, since no writer of JSON would write some of them.
    private static readonly string[] Values =
    [
        "0", "-1", "1e999", "-1e999", "1e-400", "2147483648", "9223372036854775808", "123456789012345678901234567890", "NaN", "0x10", "01", "1.5", "\"\"", "\"12\"", "\"\\u0000\"",
        "\"\\ud800\"", "\"a\\udc00b\"", "\"\\uFFFF\"", "[]", "{}", "[[]]", "[null]", "[1,2,3]", "{\"url\":1}", "{\"type\":\"image_url\"}", "true", "\"\\u202e\"", "\"%s%n{0}\"",
        "[{\"role\":\"user\"}]", "[{\"type\":\"text\"}]", "\"../../etc/passwd\"", "\"<image>\"", "\"<|beginofimage|>\"",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A request.</summary>
    public (string Path, byte[] Body, string Type) Next()
    {
        var path = Paths[_random.Next(Paths.Length)];
        return _random.Next(8) switch
        {
            0 => (path, Spoil(Encoding.UTF8.GetBytes(Right(path).ToJsonString())), "application/json"),
            1 => (path, Deep(), "application/json"),
            2 => (path, WithPicture(path), "application/json"),
            3 => ("/v1/images/edits", Form(), "multipart/form-data; boundary=x"),
            4 => (path, Encoding.UTF8.GetBytes(Right(path).ToJsonString()), Any("text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "image/png")),
            _ => (path, Encoding.UTF8.GetBytes(WithWrongField(path)), "application/json"),
        };
    }

    private static JsonObject Right(string path)
    {
        var body = path switch
        {
            "/v1/chat/completions" => ChatClient.Chat("what is it?"),
            "/v1/completions" => new JsonObject { ["model"] = "mini", ["prompt"] = "what" },
            "/v1/images/edits" => new JsonObject { ["prompt"] = "make it blue.", ["image"] = Url(Picture) },
            _ => new JsonObject { ["prompt"] = "draw a red circle." },
        };
        (body["max_tokens"], body["image_steps"], body["seed"]) = (1, 1, 5);
        return body;
    }

    // A field anywhere, or a new one, gets a value that it cannot have.
    private string WithWrongField(string path)
    {
        const string mark = "\"@@@\"";
        var body = Right(path);
        var names = new[] { "model", "messages", "prompt", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stop", "seed", "stream", "stream_options", "logprobs", "top_logprobs", "size", "image", "images", "mask", "response_format", "suffix", "echo", "chat_template", "image_steps", "guidance_scale" };
        if (path == "/v1/chat/completions" && _random.Next(2) == 0)
        {
            var message = body["messages"]![0]!.AsObject();
            message[Any("role", "content")] = "@@@";
            if (_random.Next(2) == 0)
            {
                message["content"] = new JsonArray(new JsonObject { ["type"] = Any("text", "image_url", "audio"), [Any("text", "image_url", "type")] = "@@@" });
            }
        }
        else
        {
            body[Any(names)] = "@@@";
        }

        return body.ToJsonString().Replace(mark, Any(Values), StringComparison.Ordinal);
    }

    private byte[] WithPicture(string path)
    {
        var url = _random.Next(3) == 0
            ? Any("http://127.0.0.1:1/x", "file:///etc/passwd", "gopher://x", "//v1/images/", "/v1/images/" + new string('0', 64), "data:", "data:;base64,", "data:image/png;base64,====", "http://a\\@b/")
            : Url(Spoil(Picture));
        var body = Right(path);
        if (path == "/v1/chat/completions")
        {
            body["messages"]![0]!["content"] = new JsonArray(new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } });
        }
        else
        {
            body["messages"] = new JsonArray(ChatClient.Said("user", new JsonArray(new JsonObject { ["type"] = "image_url", ["image_url"] = url })));
            body["image"] = url;
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private byte[] Form()
    {
        var form = new MemoryStream();
        void Part(string disposition, byte[] content) => form.Write([.. Encoding.Latin1.GetBytes($"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"), .. content, .. "\r\n"u8]);
        Part("name=\"prompt\"", Encoding.UTF8.GetBytes(Any("make it blue.", "", "\0", new string('y', 40_000))));
        Part($"name=\"{Any("n", "seed", "size", "stream", "messages", "image_steps")}\"", Encoding.UTF8.GetBytes(Any(Values)));
        Part($"name=\"{Any("image", "image[]", "mask", "photo", "")}\"; filename=\"{Any("a.png", "../a", "")}\"", _random.Next(2) == 0 ? Picture : Spoil(Picture));
        form.Write("--x--\r\n"u8);
        return _random.Next(3) == 0 ? Spoil(form.ToArray()) : form.ToArray();
    }

    private byte[] Deep()
    {
        var depth = _random.Next(20, 12_000);
        return Encoding.UTF8.GetBytes($"{{\"model\":\"mini\",\"messages\":{new string('[', depth)}{new string(']', _random.Next(depth - 1, depth + 1))}}}{Any("", "}", "x")}");
    }

    // Cut, changed, doubled or lengthened.
    private byte[] Spoil(byte[] bytes)
    {
        var spoiled = bytes.ToList();
        for (var faults = _random.Next(1, 4); faults > 0 && spoiled.Count > 0; faults--)
        {
            var at = _random.Next(spoiled.Count);
            switch (_random.Next(5))
            {
                case 0:
                    spoiled.RemoveRange(at, spoiled.Count - at);
                    break;
                case 1:
                    spoiled[at] = (byte)_random.Next(256);
                    break;
                case 2:
                    spoiled.Insert(at, (byte)_random.Next(256));
                    break;
                case 3:
                    spoiled.RemoveRange(at, Math.Min(_random.Next(1, 9), spoiled.Count - at));
                    break;
                default:
                    spoiled.InsertRange(at, spoiled.GetRange(0, Math.Min(40, spoiled.Count)));
                    break;
            }
        }

        return [.. spoiled];
    }

    private T Any<T>(params T[] all) => all[_random.Next(all.Length)];

    private static string Url(byte[] picture) => $"data:image/png;base64,{Convert.ToBase64String(picture)}";
}
