using System.Text.Json.Nodes;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Http.Browser;

/// <summary>What someone does on the page, and how to tell that it has been done.</summary>
internal static class PageSteps
{
    public const string LastTurn = "[...document.querySelectorAll('.turn')].at(-1)";

    public static async Task<Chromium> OpenAsync(HttpSilo silo, int steps = 20, bool imageFirst = false, string path = "/")
    {
        using var client = await silo.ConnectAsync();
        var page = await Chromium.StartAsync();
        await page.ResizeAsync(1280, 800);
        await page.OpenAsync(new Uri(client.Address, "/page/icon.svg"));
        await page.EvaluateAsync($$"""localStorage.setItem('mmi.settings', '{"image_steps": {{steps}}, "max_tokens": 24, "max_images": 1, "image_first": {{(imageFirst ? "true" : "false")}}}')""");
        await page.OpenAsync(new Uri(client.Address, path));
        return page;
    }

    public static async Task UploadAsync(Chromium page, TemporaryFolder folder)
    {
        var scene = SceneSamples.Get(SceneSplit.Test, SceneTask.Question, 3).Truth.Scenes[0];
        await page.ChooseAsync("#files", folder.Write("scene.png", ImageProcessor.EncodePng(new SceneImage(scene).Load(64))));
        await page.UntilAsync("document.querySelectorAll('#attachments li:not(.busy)').length === 1");
    }

    public static async Task SayAsync(Chromium page, string text)
    {
        await page.EvaluateAsync("document.getElementById('text').focus()");
        await page.TypeAsync(text);
        await page.PressAsync("Enter", 13, "\r");
    }

    public static Task EndsAsync(Chromium page, int turns, string state) =>
        page.UntilAsync($"document.querySelectorAll('.turn').length === {turns} && {LastTurn}.dataset.state === '{state}'");

    public static Task ClickTextAsync(Chromium page, string within, string text) =>
        page.EvaluateAsync($"[...{within}.querySelectorAll('button')].find(button => button.textContent === '{text}').click()");

    public static async Task<string?> HashAsync(Chromium page) => (string?)await page.EvaluateAsync("location.hash");

    // What a screen reader could reach but not name.
    public static async Task<IReadOnlyList<string>> NamelessAsync(Chromium page)
    {
        var tree = await page.CallAsync("Accessibility.getFullAXTree");
        return [.. tree["nodes"]!.AsArray().Where(IsNameless).Select(node => node!.ToJsonString())];
    }

    private static bool IsNameless(JsonNode? node) => node!["ignored"]?.GetValue<bool>() != true
        && (string?)node["role"]?["value"] is "button" or "link" or "textbox" or "slider" or "spinbutton" or "switch" or "image" or "meter"
        && string.IsNullOrWhiteSpace((string?)node["name"]?["value"]);
}
