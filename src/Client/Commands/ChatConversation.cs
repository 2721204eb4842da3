using System.Text.Json.Nodes;
using MmiGrains.Client.Http;

namespace MmiGrains.Client.Commands;

/// <summary>One conversation with the cluster, begun when something is first said.</summary>
/// <param name="client">The cluster.</param>
/// <param name="view">Shows answers.</param>
/// <param name="session">An earlier conversation to go on with; null for a new one.</param>
/// <param name="settings">How answers are generated.</param>
internal sealed class ChatConversation(MmiClient client, IAnswerView view, string? session, JsonObject settings)
{
    private readonly List<string> _attached = [];

    /// <summary>How answers are generated.</summary>
    public JsonObject Settings => settings;

    /// <summary>Uploads a picture that is shown with what is said next.</summary>
    public async Task AttachAsync(string path, CancellationToken cancellation) => _attached.Add(await client.UploadAsync(path, cancellation));

    /// <summary>Says something and shows the answer to its end. Cancelled, it has the cluster end the answer too.</summary>
    /// <exception cref="ClientException">It is refused, or the answer fails.</exception>
    public async Task SayAsync(string text, CancellationToken cancellation)
    {
        if (session is null)
        {
            session = await client.CreateAsync(cancellation);
            view.Begin(session);
        }

        var content = new JsonArray([.. _attached.Select(id => new JsonObject { ["type"] = "image", ["image_id"] = id }), new JsonObject { ["type"] = "text", ["text"] = text }]);
        _attached.Clear();
        var turn = "";
        try
        {
            await foreach (var news in client.SayAsync(session, new JsonObject { ["content"] = content, ["settings"] = settings.DeepClone() }, cancellation))
            {
                turn = (string?)news.Data["turn_id"] ?? turn;
                await view.ShowAsync(news, cancellation);
                if (news.Name == "failed")
                {
                    throw new ClientException((string?)news.Data["message"] ?? "The answer failed.");
                }
            }
        }
        catch (OperationCanceledException) when (turn.Length > 0)
        {
            await client.CancelAsync(session, turn, CancellationToken.None);
            view.Stop();
            throw;
        }
    }
}
