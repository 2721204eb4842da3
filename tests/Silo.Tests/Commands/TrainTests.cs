using System.Diagnostics;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class TrainTests : IDisposable
{
    private const int Killed = 128 + 9;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_run_whose_process_is_killed_again_and_again_ends_with_the_same_weights()
    {
        var recipe = Recipe(steps: 10);
        Assert.Equal(0, await Train(recipe, "whole", Timeout.InfiniteTimeSpan));

        // Whatever it is doing then: loading, stepping, writing a checkpoint. In the end it is left alone.
        var kills = 0;
        foreach (var seconds in new[] { 1.5, 2.2, 2.9, 3.6, 4.3 })
        {
            kills += await Train(recipe, "killed", TimeSpan.FromSeconds(seconds)) == Killed ? 1 : 0;
        }

        Assert.InRange(kills, 1, 5);
        Assert.Equal(0, await Train(recipe, "killed", Timeout.InfiniteTimeSpan));
        Assert.Equal(Weights("whole"), Weights("killed"));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Path, "killed", "checkpoints"), "*.writing"));
    }

    [Fact]
    public void A_checkpoint_with_a_flipped_bit_is_passed_over_and_made_again()
    {
        var (recipe, target) = (Recipe(steps: 3), Path.Combine(_folder.Path, "flipped"));
        Mmi.Run("train", recipe, "--out", target).Succeeded();
        var (whole, newest) = (Weights("flipped"), Directory.GetDirectories(Path.Combine(target, "checkpoints")).Order(StringComparer.Ordinal).Last());
        using (var file = File.Open(Path.Combine(newest, "model.safetensors"), FileMode.Open))
        {
            file.Position = file.Length / 2;
            var bits = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(bits ^ 1));
        }

        Directory.Delete(Path.Combine(target, "model"), recursive: true);
        var again = Mmi.Run("train", recipe, "--out", target);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("A checkpoint is passed over", again.Error + again.Output);
        Assert.Equal(whole, Weights("flipped"));
    }

    [Fact]
    public void A_finished_run_says_where_its_model_is_and_logs_its_losses()
    {
        var target = Path.Combine(_folder.Path, "run");
        var run = Mmi.Run("train", Recipe(steps: 2), "--out", target).Succeeded();
        Assert.Contains($"The trained model is in '{Path.Combine(target, "model")}'.", run.Lines[^1]);
        var lines = File.ReadAllLines(Path.Combine(target, "metrics.jsonl"));
        Assert.Contains(lines, line => line.Contains("\"stage\":\"autoencoder\"", StringComparison.Ordinal) && line.Contains("\"mse\":", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"stage\":\"all\"", StringComparison.Ordinal) && line.Contains("\"loss_img\":", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_wrong_with_a_recipe_is_one_sentence()
    {
        Mmi.Run("train", Path.Combine(_folder.Path, "none.json"), "--out", "x").CouldNotRun("none.json", "does not exist");
        var path = Path.Combine(_folder.Path, "recipe.json");
        File.WriteAllText(path, File.ReadAllText(Recipe(steps: 2)).Replace("\"scenes\"", "\"dreams\"", StringComparison.Ordinal));
        Mmi.Run("train", path, "--out", Path.Combine(_folder.Path, "y")).CouldNotRun("there is no kind 'dreams'", "scenes");
    }

    public void Dispose() => _folder.Dispose();

    private string Recipe(int steps)
    {
        var path = Path.Combine(_folder.Path, "small.json");
        var tokenizer = Path.Combine(Mmi.Repository, "models", "scenes", "tokenizer.model");
        File.WriteAllText(path, $$"""
            {
              "model": "small", "tokenizer": "{{tokenizer}}", "threads": 1, "checkpoint_every": 1, "keep_checkpoints": 2, "log_every": 2,
              "stages": [
                { "name": "autoencoder", "objective": "autoencoder", "steps": 2, "rows": 1, "packing": { "row_length": 40 },
                  "data": [{ "kind": "scenes", "tasks": { "question": 1 } }] },
                { "name": "all", "train": "all", "steps": {{steps}}, "rows": 1, "packing": { "row_length": 80 }, "isolate_samples": true,
                  "average_decay": 0.9, "data": [{ "kind": "scenes", "tasks": { "question": 1, "picture": 1 } }] }
              ]
            }
            """);
        return path;
    }

    private byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(_folder.Path, run, "model", "model.safetensors"));

    // The exit code of a process of its own, which is killed after a time.
    private async Task<int> Train(string recipe, string name, TimeSpan time)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MmiGrains.Silo.dll"), "train", recipe, "--out", Path.Combine(_folder.Path, name)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var read = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var expired = new CancellationTokenSource(time);
        try
        {
            await process.WaitForExitAsync(expired.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync();
        }

        await read;
        return process.ExitCode;
    }
}
