using System.Text.Json;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class EvalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Details_count_each_kind_of_question_by_itself()
    {
        string[] args = ["eval", TinyModel.Write(_folder.File("model")), "--split", "test", "--only", "question", "images", "--count", "24", "--out", _folder.File("report"), "--details"];
        Assert.Equal(ExitCode.Done, Mmi.Run(args).ExitCode);
        var samples = Samples();
        string[] kinds = ["colour", "shape", "fill", "size", "place", "count", "mark", "relation"];
        Assert.Equal(samples["questions: exact match"], kinds.Sum(kind => samples[$"questions: {kind}"]));
        Assert.Equal(24, new[] { "which", "change", "total", "same" }.Sum(kind => samples[$"questions over 2 images: {kind}"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void A_timestep_that_no_step_is_at_is_refused(int timestep)
    {
        var run = Mmi.Run("eval", TinyModel.Write(_folder.File("model")), "--truth-at", $"{timestep}");
        Assert.Equal((ExitCode.CouldNotRun, $"mmi: --truth-at must be 1 to 999; it is {timestep}."), (run.ExitCode, run.Error.Trim()));
    }

    private Dictionary<string, int> Samples()
    {
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.File("report"), "report.json")));
        return report.RootElement.GetProperty("measures").EnumerateArray()
            .ToDictionary(measure => measure.GetProperty("name").GetString()!, measure => measure.GetProperty("samples").GetInt32());
    }
}
