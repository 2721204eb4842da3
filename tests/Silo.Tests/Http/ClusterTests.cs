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
        Assert.All(cluster["queues"]!.AsArray(), queue => Assert.True((int)queue!["limit"]! > 0 && (int)queue["workers"]! == 1));
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
