using MmiGrains.Grains.Hosting;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class UpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--spill-bytes 1048576", "--spill-bytes needs --spill, which names the folder.")]
    [InlineData("--spill DIR --spill-bytes 1000", "--spill-bytes must be 1048576 to 1125899906842624 bytes; it is 1000.")]
    [InlineData("--feature-bytes -1", "--feature-bytes must be 0 to 1125899906842624 bytes; it is -1.")]
    [InlineData("--spill FILE/below", "--spill cannot use the folder")]
    [InlineData("--otlp localhost:4317", "--otlp must be an address as http://localhost:4317; it is 'localhost:4317'.")]
    [InlineData("--kv-tokens 100", "--kv-tokens must be 256 to 16777216; it is 100.")]
    [InlineData("--step-seconds 0", "--step-seconds must be 1 to 3600; it is 0.")]
    [InlineData("--probe-seconds 0", "--probe-seconds must be 0.1 to 60; it is 0.")]
    [InlineData("--address 10.0.0.7", "The address is 10.0.0.7, which others reach, and the silos' own ports ask for no API key")]
    [InlineData("--cluster-certificate FILE", "--cluster-certificate cannot use '")]
    [InlineData("--http 0", "--http must be 1 to 65535; it is 0.")]
    public void An_option_out_of_range_is_refused_with_name_limit_and_value(string options, string sentence)
    {
        File.WriteAllText(_folder.File("file"), "");
        Mmi.Run(["up", .. options.Replace("DIR", _folder.Path, StringComparison.Ordinal).Replace("FILE", _folder.File("file"), StringComparison.Ordinal).Split(' ')])
            .CouldNotRun(sentence);
    }

    [Fact]
    public void A_damaged_model_is_named_in_one_sentence_and_the_log_adds_nothing()
    {
        File.WriteAllText(_folder.File("config.json"), "{}");
        File.WriteAllText(_folder.File("manifest.json"), $$"""{"files": [{"name": "config.json", "bytes": 2, "sha256": "{{new string('0', 64)}}"}]}""");
        var console = Console.Out;
        using var log = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(log));
        try
        {
            Mmi.Run("up", "--model", _folder.Path, "--data", _folder.File("store"), "--http", $"{FreePort.Next()}", "--silo-port", "0", "--gateway-port", "0")
                .CouldNotRun("config.json' has the SHA-256");
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal("", log.ToString());
    }

    public void Dispose() => _folder.Dispose();
}
