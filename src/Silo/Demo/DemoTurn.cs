using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Demo;

/// <summary>A turn as it went.</summary>
/// <param name="Step">What was said.</param>
/// <param name="Text">The text of the answer.</param>
/// <param name="Shown">The same with the pictures' files in brackets, each in its place.</param>
/// <param name="Pictures">Files of the answer's pictures.</param>
/// <param name="Given">File of the picture that was shown; null for none.</param>
/// <param name="State">How it ended: completed, cancelled or failed.</param>
/// <param name="FirstWord">How long until the first text or picture began to come.</param>
/// <param name="Elapsed">How long until the end.</param>
internal sealed record DemoTurn(DemoStep Step, string Text, string Shown, IReadOnlyList<string> Pictures, string? Given, string State, TimeSpan FirstWord, TimeSpan Elapsed)
{
    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["asked"] = Step.Text,
        ["given"] = Given,
        ["answer"] = Text,
        ["truth"] = Step.Truth,
        ["pictures"] = new JsonArray([.. Pictures.Select(picture => JsonValue.Create(picture))]),
        ["state"] = State,
        ["first_seconds"] = Math.Round(FirstWord.TotalSeconds, 3),
        ["seconds"] = Math.Round(Elapsed.TotalSeconds, 3),
    };
}
