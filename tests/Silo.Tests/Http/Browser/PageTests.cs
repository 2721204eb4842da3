using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Http.Browser;

/// <summary>The web page in a real browser, as someone uses it; screenshots are kept.</summary>
public sealed class PageTests(HttpSilo silo) : IDisposable
{
    private const string LastTurn = PageSteps.LastTurn;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_picture_is_uploaded_asked_about_and_another_arrives_step_by_step()
    {
        await using var page = await PageSteps.OpenAsync(silo);
        await page.ShootAsync("1-welcome");
        await PageSteps.UploadAsync(page, _folder);
        await PageSteps.SayAsync(page, "what do you see?");
        await PageSteps.EndsAsync(page, turns: 1, "completed");
        Assert.NotEqual("", (string?)await page.EvaluateAsync($"{LastTurn}.querySelector('.answer').textContent"));
        Assert.Equal(1, (int?)await page.EvaluateAsync($"{LastTurn}.querySelectorAll('.bubble img').length"));

        await page.ClickAsync("#picture-first");
        await PageSteps.SayAsync(page, "draw what happens next.");
        await page.UntilAsync("document.querySelector('.picture.growing img:not([hidden])')");
        await page.ShootAsync("2-growing");
        await PageSteps.EndsAsync(page, turns: 2, "completed");
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
        await using var page = await PageSteps.OpenAsync(silo, steps: 900, imageFirst: true);
        await PageSteps.SayAsync(page, "a big red star.");
        await page.UntilAsync("document.querySelector('.picture.growing img:not([hidden])')");
        await page.ClickAsync("#stop");
        await PageSteps.EndsAsync(page, turns: 1, "cancelled");
        Assert.Contains("stopped", (string?)await page.EvaluateAsync($"{LastTurn}.querySelector('.meta').textContent"));
        await page.UntilAsync("document.getElementById('stop').hidden");
        Assert.Equal("text", (string?)await page.EvaluateAsync("document.activeElement.id"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_reload_in_the_middle_of_an_answer_goes_on_with_it()
    {
        await using var page = await PageSteps.OpenAsync(silo, steps: 120, imageFirst: true);
        await PageSteps.SayAsync(page, "a big red star.");
        await page.UntilAsync("document.querySelector('.picture.growing img:not([hidden])')");
        var turn = (string?)await page.EvaluateAsync($"{LastTurn}.dataset.turn");
        await page.CallAsync("Page.reload");
        await page.UntilAsync($"document.querySelector('.turn[data-state=running][data-turn=\"{turn}\"] .picture.growing img:not([hidden])')");
        await page.ShootAsync("5-reloaded");
        await PageSteps.EndsAsync(page, turns: 1, "completed");
        Assert.Equal(1, (int?)await page.EvaluateAsync("document.querySelectorAll('.answer .picture').length"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_conversation_is_forked_changed_and_answered_with_another_seed()
    {
        await using var page = await PageSteps.OpenAsync(silo);
        foreach (var (text, turns) in new[] { ("what do you see?", 1), ("how many stars are there?", 2) })
        {
            await PageSteps.SayAsync(page, text);
            await PageSteps.EndsAsync(page, turns, "completed");
        }

        var first = await PageSteps.HashAsync(page);
        await PageSteps.ClickTextAsync(page, "document.querySelector('.turn')", "Fork here");
        await page.UntilAsync($"location.hash !== '{first}' && document.querySelectorAll('.turn').length === 1");

        await PageSteps.ClickTextAsync(page, LastTurn, "Another seed");
        var fork = await PageSteps.HashAsync(page);
        await page.UntilAsync($"location.hash !== '{fork}' && document.querySelectorAll('.turn[data-state=completed]').length === 1");

        await page.EvaluateAsync($"location.hash = '{first}'");
        await page.UntilAsync("document.querySelectorAll('.turn').length === 2");
        await PageSteps.ClickTextAsync(page, LastTurn, "Change");
        Assert.Equal("how many stars are there?", (string?)await page.EvaluateAsync("document.getElementById('text').value"));
        await page.EvaluateAsync("document.getElementById('text').select()");
        await PageSteps.SayAsync(page, "how many circles are there?");
        await page.UntilAsync($"location.hash !== '{first}' && document.querySelectorAll('.turn[data-state=completed]').length === 2 && {LastTurn}.textContent.includes('circles')");
        await page.ShootAsync("6-changed");

        await page.EvaluateAsync($"location.hash = '{first}'");
        await page.UntilAsync($"document.querySelectorAll('.turn').length === 2 && {LastTurn}.textContent.includes('stars')");
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task It_fits_a_phone_and_everything_has_a_name()
    {
        await using var page = await PageSteps.OpenAsync(silo, imageFirst: true);
        await page.ResizeAsync(360, 740, isPhone: true);
        await page.ShootAsync("7-phone-welcome");
        await PageSteps.SayAsync(page, "a big red star.");
        await PageSteps.EndsAsync(page, turns: 1, "completed");
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
        Assert.Empty(await PageSteps.NamelessAsync(page));
        await page.PressAsync("Escape", 27);
        await page.ResizeAsync(1280, 800);
        Assert.Empty(await PageSteps.NamelessAsync(page));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task The_clusters_page_is_live()
    {
        await using var page = await PageSteps.OpenAsync(silo, path: "/cluster");
        await page.UntilAsync("document.getElementById('live').textContent === 'Live, 1 silo' && document.querySelectorAll('.tile').length === 3");
        await page.UntilAsync("document.body.textContent.includes('tokens/s') && document.body.textContent.includes(' of 512 MB')");
        await page.ShootAsync("11-cluster");
        Assert.Empty(await PageSteps.NamelessAsync(page));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_second_tab_sees_what_is_said_in_the_first()
    {
        await using var page = await PageSteps.OpenAsync(silo);
        await PageSteps.SayAsync(page, "what do you see?");
        await PageSteps.EndsAsync(page, turns: 1, "completed");
        var address = new Uri((string)(await page.EvaluateAsync("location.href"))!);
        var first = await page.AddTabAsync();
        await page.OpenAsync(address);
        await PageSteps.EndsAsync(page, turns: 1, "completed");
        var second = page.Use(first);
        await page.CallAsync("Page.bringToFront"); // a page that nobody sees draws nothing
        await PageSteps.SayAsync(page, "how many stars are there?");
        await PageSteps.EndsAsync(page, turns: 2, "completed");
        page.Use(second);
        await page.CallAsync("Page.bringToFront");
        await PageSteps.EndsAsync(page, turns: 2, "completed");
        Assert.Equal(2, (int?)await page.EvaluateAsync("document.querySelectorAll('.turn').length"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Pictures_are_dropped_and_pasted()
    {
        await using var page = await PageSteps.OpenAsync(silo);
        var file = _folder.Write("dropped.png", SomePictures.Png(64, 64, 7));
        await page.DropAsync(500, 300, file);
        await page.UntilAsync("document.querySelectorAll('#attachments li:not(.busy)').length === 1");
        Assert.False((bool?)await page.EvaluateAsync("document.getElementById('drop').classList.contains('on')"));

        await page.EvaluateAsync($$"""
            (async () => {
              const bytes = Uint8Array.from(atob('{{Convert.ToBase64String(SomePictures.Png(48, 48, 8))}}'), c => c.charCodeAt(0));
              const clipboard = new DataTransfer();
              clipboard.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
              document.getElementById('text').dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true, cancelable: true }));
            })()
            """);
        await page.UntilAsync("document.querySelectorAll('#attachments li:not(.busy)').length === 2");
        await page.DropAsync(500, 300, _folder.Write("not.png", "no picture"u8.ToArray()));
        await page.UntilAsync("!document.getElementById('notice').hidden && document.getElementById('notice').textContent.includes('not.png')");
        await PageSteps.SayAsync(page, "what do you see?");
        await PageSteps.EndsAsync(page, turns: 1, "completed");
        Assert.Equal(2, (int?)await page.EvaluateAsync($"{LastTurn}.querySelectorAll('.bubble img').length"));
    }

    [Fact]
    public async Task The_reference_is_drawn_without_help_from_elsewhere()
    {
        await using var page = await PageSteps.OpenAsync(silo, path: "/docs");
        await page.UntilAsync("document.querySelectorAll('.operation').length > 20");
        await page.EvaluateAsync("document.getElementById('get/v1/sessions/{id}/turns/{turn}/looked-at').open = true");
        await page.EvaluateAsync("document.getElementById('get/v1/sessions/{id}/turns/{turn}/looked-at').scrollIntoView()");
        await page.ShootAsync("16-reference");
        Assert.Contains("points", (string?)await page.EvaluateAsync("document.getElementById('get/v1/sessions/{id}/turns/{turn}/looked-at').textContent"));
        Assert.True((bool?)await page.EvaluateAsync("performance.getEntriesByType('resource').every(entry => new URL(entry.name).host === location.host)"));
        Assert.Empty(await PageSteps.NamelessAsync(page));
        Assert.Empty(page.Problems);
    }

    public void Dispose() => _folder.Dispose();
}
