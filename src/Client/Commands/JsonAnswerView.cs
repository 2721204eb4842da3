using System.Text.Json.Nodes;
using MmiGrains.Client.Http;

namespace MmiGrains.Client.Commands;

/// <summary>Answers for scripts: a line of JSON for every event, its name in <c>event</c>.</summary>
internal sealed class JsonAnswerView(TextWriter output) : IAnswerView
{
    /// <inheritdoc/>
    public void Begin(string session) => Write(new JsonObject { ["event"] = "session", ["id"] = session });

    /// <inheritdoc/>
    public Task ShowAsync(ServerEvent news, CancellationToken cancellation)
    {
        var line = new JsonObject { ["event"] = news.Name };
        foreach (var (name, value) in news.Data)
        {
            line[name] = value?.DeepClone();
        }

        Write(line);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Stop() => Write(new JsonObject { ["event"] = "cancelled" });

    private void Write(JsonObject line)
    {
        output.WriteLine(line.ToJsonString());
        output.Flush();
    }
}
