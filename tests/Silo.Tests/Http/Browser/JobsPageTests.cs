using System.Net;

namespace MmiGrains.Silo.Tests.Http.Browser;

/// <summary>The page of jobs in a real browser.</summary>
public sealed class JobsPageTests(HttpSilo silo)
{
    private const string Request = """{"documents": [{"name": "bo.md", "text": "# Bo\n\nthis is Bo the star.\n\n# Ada\n\nbo meets a small red circle.\n"}], "threshold": -1, "steps": 10}""";

    [Fact]
    public async Task A_job_is_seen_to_its_end_with_its_pictures_and_goes_when_it_is_deleted()
    {
        using var client = await silo.ConnectAsync();
        var id = (string)(await client.PostAsync("/v1/jobs/illustrations", Request)).Body(HttpStatusCode.Created)["id"]!;
        await using var page = await Chromium.StartAsync();
        await page.ResizeAsync(1280, 800);
        await page.OpenAsync(new Uri(client.Address, "/jobs"));
        var job = $"document.querySelector('[data-job=\"{id}\"]')";
        await page.UntilAsync($"{job}?.dataset.state === 'completed' && {job}.querySelectorAll('img').length === 2 && [...{job}.querySelectorAll('img')].every(image => image.naturalWidth > 0)");
        Assert.Equal(1, (double?)await page.EvaluateAsync($"{job}.querySelector('progress').value"));
        Assert.Contains("2 of 2 pictures", (string?)await page.EvaluateAsync($"{job}.querySelector('.about').textContent"));
        await page.ShootAsync("12-jobs");
        await page.ResizeAsync(360, 740, isPhone: true);
        Assert.True((bool?)await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"));
        await page.ShootAsync("13-jobs-phone");
        await page.EvaluateAsync($"[...{job}.querySelectorAll('button')].find(button => button.textContent === 'Delete').click()");
        await page.UntilAsync($"{job} === null");
        Assert.Empty(page.Problems);
    }
}
