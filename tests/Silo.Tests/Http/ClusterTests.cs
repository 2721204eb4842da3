namespace MmiGrains.Silo.Tests.Http;

public sealed class ClusterTests(HttpSilo silo)
{
    [Fact]
    public async Task The_cluster_tells_its_silos_roles_and_queues()
    {
        using var client = await silo.ConnectAsync();
        var cluster = (await client.GetAsync("/v1/cluster")).Body();
        var one = Assert.Single(cluster["silos"]!.AsArray())!;
        Assert.Equal("active", (string)one["status"]!);
        Assert.Equal(["frontend", "encoder", "decoder", "diffusion"], one["roles"]!.AsArray().Select(role => (string)role!));
        Assert.Equal(["encoder", "decoder", "diffusion"], one["workers"]!.AsArray().Select(worker => (string)worker!["role"]!));
        var encoder = one["workers"]![0]!;
        Assert.Equal(512L << 20, (long)encoder["cache_limit"]!);
        Assert.All(cluster["queues"]!.AsArray(), queue => Assert.True((int)queue!["limit"]! > 0 && (int)queue["workers"]! == 1));
    }

    [Fact]
    public async Task What_devices_do_in_a_second_is_told_while_they_do_it()
    {
        using var client = await silo.ConnectAsync();
        var talk = client.SayAsync(await client.CreateAsync(), NativeClient.Turn("what do you see?", "\"max_tokens\": 400, \"max_images\": 0, \"temperature\": 3, \"seed\": 1"));
        var most = 0.0;
        while (!talk.IsCompleted || most == 0)
        {
            var queues = (await client.GetAsync("/v1/cluster")).Body()["queues"]!.AsArray();
            most = Math.Max(most, (double)queues.Single(queue => (string)queue!["role"]! == "decoder")!["rate"]!);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await talk;
        Assert.InRange(most, 1, 100_000);
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/cluster", "text/html")]
    [InlineData("/page/app.js", "text/javascript")]
    [InlineData("/page/style.css", "text/css")]
    [InlineData("/page/icon.svg", "image/svg+xml")]
    public async Task The_page_is_in_the_program_and_loads_nothing_from_elsewhere(string path, string type)
    {
        using var client = await silo.ConnectAsync();
        var file = await client.GetAsync(path);
        Assert.Equal(type, file.ContentHeaders.ContentType!.MediaType);
        Assert.DoesNotContain("https://", file.Text);
        Assert.Contains("default-src 'self'", file.Headers.GetValues("Content-Security-Policy").Single());
    }
}
