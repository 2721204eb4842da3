using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MmiGrains.Silo.Tests.Http.Access;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

/// <summary>Requests that are almost right, from a seed. Each is answered, or refused in a sentence; none is the server's fault, and it goes on answering.</summary>
public sealed class MalformedTests(KeyedSilo silo)
{
    // How sentences without a number say what is wrong.
    private static readonly string[] Told = ["; it is ", "must be given", "no field", "not valid Unicode", "it has neither", "given twice"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Three_hundred_malformed_requests_are_refused_and_harm_nothing() => SendAsync(300);

    [Fact, Trait("Category", "slow")]
    public Task Ten_thousand_malformed_requests_are_refused_and_harm_nothing() => SendAsync(10_000);

    private async Task SendAsync(int count)
    {
        await silo.ReadyAsync();
        using var client = silo.Connect(silo.Key);
        var (wrong, refused) = (new List<string>(), 0);
        for (var seed = 0; seed < count; seed++)
        {
            var (path, body, type) = new MalformedRequests(seed).Next();
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            using var response = await client.PostAsync(path, content, Cancellation);
            var answer = await response.Content.ReadAsStringAsync(Cancellation);
            if ((int)response.StatusCode >= 400)
            {
                refused++;
                if (Complain((int)response.StatusCode, answer) is { } complaint)
                {
                    wrong.Add($"{seed} {path}: {complaint}: {answer}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        Assert.InRange(refused, count / 2, count);
        Assert.Equal("chat.completion", (string)(await silo.AnswerAsync("/v1/chat/completions", ChatClient.Chat("what is it?")))["object"]!);
    }

    private static string? Complain(int status, string answer)
    {
        if (status is >= 500 or 401 or 403 or 429)
        {
            return $"status {status}";
        }

        var error = JsonNode.Parse(answer)?["error"];
        var message = (string?)error?["message"] ?? "";
        return message.Length == 0 || (string?)error?["code"] is null ? "no sentence"
            : message.Contains('\n') || message.Contains("Exception", StringComparison.Ordinal) || message.Contains("MmiGrains", StringComparison.Ordinal) || message.Contains("System.", StringComparison.Ordinal)
                ? "the sentence is the program's"
            : (string?)error["param"] is null && (string?)error["code"] is not ("invalid_json" or "invalid_type" or "invalid_text" or "invalid_form" or "duplicate_field" or "request_too_large") ? "no field is named"
            : !message.Any(char.IsAsciiDigit) && !Told.Any(words => message.Contains(words, StringComparison.Ordinal)) ? "neither limit nor value is named"
            : null;
    }
}
