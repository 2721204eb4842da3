using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MmiGrains.Silo.Tests.Http;

/// <summary>Requests that were good and then damaged: each is answered or refused in words, and the silo lives.</summary>
public sealed class DamageTests(HttpSilo silo)
{
    private const string Good =
        """{"content": [{"type": "text", "text": "is the star big?"}, {"type": "text", "text": "é\u00e9 <image>"}], "settings": {"max_tokens": 1, "max_images": 0, "temperature": 0.5, "stop": ["."], "seed": 7}}""";

    private static readonly byte[][] Splices = [.. new[] { "null", "{}", "[[[[", "\"\\ud800\"", "1e999", "-0", "\0", "\"", "99999999999999999999", "NaN", "\u00ff", "}]" }.Select(Encoding.UTF8.GetBytes)];

    [Fact]
    public async Task A_damaged_turn_is_answered_or_refused_in_words()
    {
        using var client = await silo.ConnectAsync();
        var (random, session, seen) = (new Random(1), "", new Dictionary<HttpStatusCode, int>());
        for (var i = 0; i < 600; i++)
        {
            session = i % 40 == 0 ? await client.CreateAsync() : session;
            var body = new ByteArrayContent(Damage(random, Encoding.UTF8.GetBytes(Good), most: 4));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            Count(seen, await client.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns", body));
        }

        Assert.True(seen[HttpStatusCode.BadRequest] > 300, string.Join(", ", seen));
    }

    [Fact]
    public async Task A_damaged_picture_is_taken_or_refused_in_words()
    {
        using var client = await silo.ConnectAsync();
        var (random, seen) = (new Random(2), new Dictionary<HttpStatusCode, int>());
        byte[][] files = [SomePictures.Png(40, 30), SomePictures.Jpeg(40, 30)];
        for (var i = 0; i < 300; i++)
        {
            var file = Damage(random, files[i % 2], most: 6);
            Count(seen, await client.SendAsync(HttpMethod.Post, "/v1/images", new ByteArrayContent(file)));
        }

        Assert.True(seen[HttpStatusCode.BadRequest] > 50, string.Join(", ", seen));
    }

    private static void Count(Dictionary<HttpStatusCode, int> seen, Answer answer)
    {
        seen[answer.Status] = seen.GetValueOrDefault(answer.Status) + 1;
        Assert.True((int)answer.Status < 500, $"{(int)answer.Status}: {answer.Text}");
        if ((int)answer.Status >= 400)
        {
            answer.Refusal(answer.Status, (string)answer.Body(answer.Status)["error"]!["code"]!);
        }
    }

    // Bytes are changed, cut out, or spliced in.
    private static byte[] Damage(Random random, byte[] good, int most)
    {
        var bytes = new List<byte>(good);
        for (var times = random.Next(1, most + 1); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Splices[random.Next(Splices.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add((byte)'{');
            }
        }

        return [.. bytes];
    }
}
