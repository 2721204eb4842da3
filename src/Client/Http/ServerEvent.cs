using System.Text.Json.Nodes;

namespace MmiGrains.Client.Http;

/// <summary>Something that happened in a conversation.</summary>
/// <param name="Name">text, image_completed, completed and so on.</param>
/// <param name="Data">Its fields.</param>
internal sealed record ServerEvent(string Name, JsonObject Data);
