using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Chaos;

/// <summary>What one client was told, a JSON line each, on the disk before the client goes on. The checker trusts nothing else.</summary>
internal sealed class ClientLog(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>A turn was acknowledged.</summary>
    public void Acknowledged(string key, string turn, long sequence) =>
        Write(new JsonObject { ["what"] = "acknowledged", ["key"] = key, ["turn"] = turn, ["sequence"] = sequence });

    /// <summary>A durable event was seen.</summary>
    public void Saw(long sequence, string turn, string text) =>
        Write(new JsonObject { ["what"] = "saw", ["sequence"] = sequence, ["turn"] = turn, ["event"] = text });

    /// <summary>A call failed, and was made again.</summary>
    public void Retried(string call, string problem) => Write(new JsonObject { ["what"] = "retried", ["call"] = call, ["problem"] = problem });

    /// <summary>A call was answered as if what the client was told were not so.</summary>
    public void Refused(string call, string problem) => Write(new JsonObject { ["what"] = "refused", ["call"] = call, ["problem"] = problem });

    /// <summary>The client has heard nothing for too long.</summary>
    public void GaveUp(string call, string problem) => Write(new JsonObject { ["what"] = "gave up", ["call"] = call, ["problem"] = problem });

    /// <summary>A client that had given up asks again.</summary>
    public void CameBack() => Write(new JsonObject { ["what"] = "came back" });

    /// <summary>The lines of a log.</summary>
    public static IReadOnlyList<JsonObject> Read(string path) =>
        [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write(JsonObject line)
    {
        JsonSerializer.Serialize(_file, line);
        _file.Write("\n"u8);
        _file.Flush(flushToDisk: true);
    }
}
