using System.Text.Json.Nodes;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Http.Browser;

/// <summary>The web page in a real browser, as someone uses it; screenshots are kept.</summary>
public sealed class PageTests(HttpSilo silo) : IDisposable
{
    private const string LastTurn = "[...document.querySelectorAll('.turn')].at(-1)";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_picture_is_uploaded_asked_about_and_another_arrives_step_by_step()
    {
        await using var page = await OpenAsync();
        await page.ShootAsync("1-welcome");
        await UploadAsync(page);
        await SayAsync(page, "what do you see?");
        await EndsAsync(page, turns: 1, "completed");
        Assert.NotEqual("", (string?)await page.EvaluateAsync($"{LastTurn}.querySelector('.answer').textContent"));
        Assert.Equal(1, (int?)await page.EvaluateAsync($"{LastTurn}.querySelectorAll('.bubble img').length"));

        await page.ClickAsync("#picture-first");
        await SayAsync(page, "draw what happens next.");
        await page.UntilAsync("document.querySelector('.picture.growing img:not([hidden])')");
        await page.ShootAsync("2-growing");
        await EndsAsync(page, turns: 2, "completed");
        await page.UntilAsync($"{LastTurn}.querySelector('.answer img').src.includes('/v1/images/') && {LastTurn}.querySelector('.answer img').naturalWidth === 64");
        Assert.Equal("", (string?)await page.EvaluateAsync($"{LastTurn}.querySelector('.answer img').style.filter"));
        await page.UntilAsync("document.querySelector('#sessions a[aria-current] .name').textContent === 'what do you see?'");
        Assert.Contains("picture", (string?)await page.EvaluateAsync("document.getElementById('status').textContent"));
        await page.ShootAsync("3-answer");
        await page.DarkAsync(isDark: true);
        await page.ShootAsync("4-dark");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task An_answer_is_stopped()
    {
        await using var page = await OpenAsync(steps: 900, imageFirst: true);
        await SayAsync(page, "a big red star.");
        await page.UntilAsync("document.querySelector('.picture.growing img:not([hidden])')");
        await page.ClickAsync("#stop");
        await EndsAsync(page, turns: 1, "cancelled");
        Assert.Contains("stopped", (string?)await page.EvaluateAsync($"{LastTurn}.querySelector('.meta').textContent"));
        await page.UntilAsync("document.getElementById('stop').hidden");
        Assert.Equal("text", (string?)await page.EvaluateAsync("document.activeElement.id"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_reload_in_the_middle_of_an_answer_goes_on_with_it()
    {
        await using var page = await OpenAsync(steps: 120, imageFirst: true);
        await SayAsync(page, "a big red star.");
        await page.UntilAsync("document.querySelector('.picture.growing img:not([hidden])')");
        var turn = (string?)await page.EvaluateAsync($"{LastTurn}.dataset.turn");
        await page.CallAsync("Page.reload");
        await page.UntilAsync($"document.querySelector('.turn[data-state=running][data-turn=\"{turn}\"] .picture.growing img:not([hidden])')");
        await page.ShootAsync("5-reloaded");
        await EndsAsync(page, turns: 1, "completed");
        Assert.Equal(1, (int?)await page.EvaluateAsync("document.querySelectorAll('.answer .picture').length"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_conversation_is_forked_changed_and_answered_with_another_seed()
    {
        await using var page = await OpenAsync();
        foreach (var (text, turns) in new[] { ("what do you see?", 1), ("how many stars are there?", 2) })
        {
            await SayAsync(page, text);
            await EndsAsync(page, turns, "completed");
        }

        var first = await HashAsync(page);
        await ClickTextAsync(page, "document.querySelector('.turn')", "Fork here");
        await page.UntilAsync($"location.hash !== '{first}' && document.querySelectorAll('.turn').length === 1");

        await ClickTextAsync(page, LastTurn, "Another seed");
        var fork = await HashAsync(page);
        await page.UntilAsync($"location.hash !== '{fork}' && document.querySelectorAll('.turn[data-state=completed]').length === 1");

        await page.EvaluateAsync($"location.hash = '{first}'");
        await page.UntilAsync("document.querySelectorAll('.turn').length === 2");
        await ClickTextAsync(page, LastTurn, "Change");
        Assert.Equal("how many stars are there?", (string?)await page.EvaluateAsync("document.getElementById('text').value"));
        await page.EvaluateAsync("document.getElementById('text').select()");
        await SayAsync(page, "how many circles are there?");
        await page.UntilAsync($"location.hash !== '{first}' && document.querySelectorAll('.turn[data-state=completed]').length === 2 && {LastTurn}.textContent.includes('circles')");
        await page.ShootAsync("6-changed");

        await page.EvaluateAsync($"location.hash = '{first}'");
        await page.UntilAsync($"document.querySelectorAll('.turn').length === 2 && {LastTurn}.textContent.includes('stars')");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task It_fits_a_phone_and_everything_has_a_name()
    {
        await using var page = await OpenAsync(imageFirst: true);
        await page.ResizeAsync(360, 740, isPhone: true);
        await page.ShootAsync("7-phone-welcome");
        await SayAsync(page, "a big red star.");
        await EndsAsync(page, turns: 1, "completed");
        await page.UntilAsync($"{LastTurn}.querySelector('.answer img').naturalWidth > 0");
        Assert.True((bool?)await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth && document.getElementById('scroll').scrollWidth <= innerWidth"));
        Assert.True((bool?)await page.EvaluateAsync("document.getElementById('send').getBoundingClientRect().bottom <= innerHeight"));
        await page.ShootAsync("8-phone");
        await page.ClickAsync("#open-sidebar");
        Assert.Equal("close-sidebar", (string?)await page.EvaluateAsync("document.activeElement.id"));
        await page.ShootAsync("9-phone-list");
        await page.PressAsync("Escape", 27);
        await page.UntilAsync("!document.getElementById('sidebar').classList.contains('open') && document.activeElement.id === 'open-sidebar'");
        await page.ClickAsync("#open-settings");
        await page.ShootAsync("10-phone-settings");
        Assert.Empty(await NamelessAsync(page));
        await page.PressAsync("Escape", 27);
        await page.ResizeAsync(1280, 800);
        Assert.Empty(await NamelessAsync(page));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task The_clusters_page_is_live()
    {
        await using var page = await OpenAsync(path: "/cluster");
        await page.UntilAsync("document.getElementById('live').textContent === 'Live, 1 silo' && document.querySelectorAll('.tile').length === 3");
        await page.ShootAsync("11-cluster");
        Assert.Empty(await NamelessAsync(page));
        Assert.Empty(page.Problems);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Chromium> OpenAsync(int steps = 20, bool imageFirst = false, string path = "/")
    {
        using var client = await silo.ConnectAsync();
        var page = await Chromium.StartAsync();
        await page.ResizeAsync(1280, 800);
        await page.OpenAsync(new Uri(client.Address, "/page/icon.svg"));
        await page.EvaluateAsync($$"""localStorage.setItem('mmi.settings', '{"image_steps": {{steps}}, "max_tokens": 24, "max_images": 1, "image_first": {{(imageFirst ? "true" : "false")}}}')""");
        await page.OpenAsync(new Uri(client.Address, path));
        return page;
    }

    private async Task UploadAsync(Chromium page)
    {
        var scene = SceneSamples.Get(SceneSplit.Test, SceneTask.Question, 3).Truth.Scenes[0];
        await page.ChooseAsync("#files", _folder.Write("scene.png", ImageProcessor.EncodePng(new SceneImage(scene).Load(64))));
        await page.UntilAsync("document.querySelectorAll('#attachments li:not(.busy)').length === 1");
    }

    private static async Task SayAsync(Chromium page, string text)
    {
        await page.EvaluateAsync("document.getElementById('text').focus()");
        await page.TypeAsync(text);
        await page.PressAsync("Enter", 13, "\r");
    }

    private static Task EndsAsync(Chromium page, int turns, string state) =>
        page.UntilAsync($"document.querySelectorAll('.turn').length === {turns} && {LastTurn}.dataset.state === '{state}'");

    private static Task ClickTextAsync(Chromium page, string within, string text) =>
        page.EvaluateAsync($"[...{within}.querySelectorAll('button')].find(button => button.textContent === '{text}').click()");

    private static async Task<string?> HashAsync(Chromium page) => (string?)await page.EvaluateAsync("location.hash");

    // What a screen reader could reach but not name.
    private static async Task<IReadOnlyList<string>> NamelessAsync(Chromium page)
    {
        var tree = await page.CallAsync("Accessibility.getFullAXTree");
        return [.. tree["nodes"]!.AsArray().Where(IsNameless).Select(node => node!.ToJsonString())];
    }

    private static bool IsNameless(JsonNode? node) => node!["ignored"]?.GetValue<bool>() != true
        && (string?)node["role"]?["value"] is "button" or "link" or "textbox" or "slider" or "spinbutton" or "switch" or "image" or "meter"
        && string.IsNullOrWhiteSpace((string?)node["name"]?["value"]);
}
