using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Http.Browser;

/// <summary>What the model looked at, as the page shows it.</summary>
public sealed class LookPageTests(HttpSilo silo) : IDisposable
{
    private const string LastTurn = PageSteps.LastTurn;
    private const string Panel = "document.getElementById('looks')";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Words_and_painted_pictures_show_where_the_model_looked()
    {
        await using var page = await PageSteps.OpenAsync(silo);
        await page.ResizeAsync(1440, 900);
        await PageSteps.UploadAsync(page, _folder);
        await PageSteps.SayAsync(page, "what do you see?");
        await PageSteps.EndsAsync(page, turns: 1, "completed");

        // A word of the answer itself is chosen with the pointer.
        var box = (await page.EvaluateAsync($"(() => {{ const r = new Range(); const t = {LastTurn}.querySelector('.answer p').firstChild; r.setStart(t, 3); r.setEnd(t, 4); const b = r.getBoundingClientRect(); return {{ x: b.x + b.width / 3, y: b.y + b.height / 2 }} }})()"))!;
        await page.TapAsync((double)box["x"]!, (double)box["y"]!);
        await page.UntilAsync($"!{Panel}.hidden && {Panel}.dataset.state === 'shown' && Number({Panel}.querySelector('canvas')?.dataset.points) > 5");
        Assert.Equal(1, (int?)await page.EvaluateAsync($"{Panel}.querySelectorAll('canvas').length"));
        Assert.Equal(1, (int?)await page.EvaluateAsync($"{Panel}.querySelectorAll('.word[aria-pressed=true]').length"));
        Assert.True((bool?)await page.EvaluateAsync("CSS.highlights.has('looked')"));
        var first = (string?)await page.EvaluateAsync($"document.getElementById('looks-state').textContent");
        Assert.Contains("of its looking went to the picture", first);
        Assert.True((bool?)await LitAsync(page), "The canvas has nothing drawn on it.");
        await page.ShootAsync("12-looked-at-word");

        // The arrow keys go from word to word.
        await page.EvaluateAsync($"{Panel}.querySelector('.word[aria-pressed=true]').focus()");
        await page.PressAsync("ArrowRight", 39);
        await page.UntilAsync($"{Panel}.dataset.state === 'shown' && document.getElementById('looks-state').textContent !== '{first}'");

        await page.ClickAsync("#picture-first");
        await PageSteps.SayAsync(page, "draw what happens next.");
        await PageSteps.EndsAsync(page, turns: 2, "completed");
        await PageSteps.ClickTextAsync(page, LastTurn, "What it looked at");
        await page.UntilAsync($"{Panel}.querySelector('.painted img')?.naturalWidth > 0 && {Panel}.querySelectorAll('canvas').length === 1");
        await page.EvaluateAsync($"{Panel}.querySelector('.painted').click()");
        await page.UntilAsync("document.getElementById('looks-state').textContent.startsWith('For the whole picture')");
        var spot = (await page.EvaluateAsync($"(() => {{ const b = {Panel}.querySelector('.painted').getBoundingClientRect(); return {{ x: b.x + b.width * 0.3, y: b.y + b.height * 0.6 }} }})()"))!;
        await page.TapAsync((double)spot["x"]!, (double)spot["y"]!);
        await page.UntilAsync($"document.getElementById('looks-state').textContent.startsWith('For this place') && {Panel}.querySelector('.cross')");
        await page.ShootAsync("13-looked-at-picture");
        await page.DarkAsync(isDark: true);
        await page.ShootAsync("14-looked-at-dark");
        Assert.Empty(await PageSteps.NamelessAsync(page));

        await page.ResizeAsync(360, 740, isPhone: true);
        await page.DarkAsync(isDark: false);
        await page.ShootAsync("15-looked-at-phone");
        Assert.True((bool?)await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"));
        await page.EvaluateAsync("document.getElementById('close-looks').focus()");
        await page.PressAsync("Escape", 27);
        await page.UntilAsync($"{Panel}.hidden && !CSS.highlights.has('looked')");
        Assert.Empty(page.Problems);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<System.Text.Json.Nodes.JsonNode?> LitAsync(Chromium page)
    {
        await page.UntilAsync($"{Panel}.querySelector('canvas').width > 100");
        return await page.EvaluateAsync($"(() => {{ const c = {Panel}.querySelector('canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; const seen = new Set(); for (let i = 0; i < d.length; i += 400) seen.add(d[i] * 65536 + d[i + 1] * 256 + d[i + 2]); return seen.size > 50 }})()");
    }
}
