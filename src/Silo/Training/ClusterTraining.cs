using System.Security.Cryptography;
using System.Text;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Training;
using MmiGrains.Model.Training;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Training;

/// <summary>Follows a training job of a cluster from a terminal: begins it or takes it up where it is, and tells how it goes.</summary>
/// <param name="grains">Reaches the cluster.</param>
/// <param name="spec">What the job does.</param>
/// <param name="recipe">The same recipe, read.</param>
/// <param name="progress">Told how it goes.</param>
internal sealed class ClusterTraining(IGrainFactory grains, TrainingJobSpec spec, TrainingRecipe recipe, ProgressLine progress)
{
    private const int AtOnce = 500;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    private readonly List<TrainingMetric> _metrics = [];
    private string _name = "";
    private string? _said;

    /// <summary>Begins the run's job, or goes on with it.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <exception cref="CommandException">The job cannot be, or failed.</exception>
    public async Task<TrainingJobInfo> FollowAsync(string tenant, CancellationToken cancellation)
    {
        var job = await BeginAsync(tenant, cancellation);
        progress.Noted($"The job is '{_name}'.");
        while (true)
        {
            var info = await Patience.CallAsync(job.ReadAsync, cancellation);
            await ShowMetricsAsync(job, info, cancellation);
            Say(info);
            if (info.HasEnded)
            {
                WriteMetrics();
                return info.Phase == TrainingPhase.Failed ? throw new CommandException($"The job '{_name}' failed: {info.Message}") : info;
            }

            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    /// <summary>Has the job stop at the end of its round with a checkpoint, and waits for that.</summary>
    public async Task PauseAsync(string tenant, CancellationToken cancellation)
    {
        var job = grains.GetGrain<ITrainingJobGrain>($"{tenant}/{_name}");
        var info = await Patience.CallAsync(job.PauseAsync, cancellation);
        while (!info.HasEnded && info.Phase != TrainingPhase.Paused)
        {
            await Task.Delay(BetweenLooks, cancellation);
            info = await Patience.CallAsync(job.ReadAsync, cancellation);
        }

        WriteMetrics();
    }

    // The run's folder names the job: the same command finds it again. One that failed or was cancelled is followed by another.
    private async Task<ITrainingJobGrain> BeginAsync(string tenant, CancellationToken cancellation)
    {
        var folder = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec.Output)))[..12];
        for (var number = 1; ; number++)
        {
            _name = number == 1 ? $"t-{folder}" : $"t-{folder}-{number}";
            var job = grains.GetGrain<ITrainingJobGrain>($"{tenant}/{_name}");
            try
            {
                var info = await Patience.CallAsync(() => job.CreateAsync(spec), cancellation);
                if (info.Phase is TrainingPhase.Failed or TrainingPhase.Cancelled)
                {
                    continue;
                }

                await Patience.CallAsync(job.ResumeAsync, cancellation);
                return job;
            }
            catch (InvalidTrainingJobException problem) when (problem.Code == "job_conflict")
            {
                var info = await Patience.CallAsync(job.ReadAsync, cancellation);
                if (!info.HasEnded)
                {
                    throw new CommandException($"The job '{_name}' trains in '{spec.Output}' with another recipe or other options, and has not ended.");
                }
            }
            catch (MmiException problem)
            {
                throw new CommandException(problem.Message);
            }
        }
    }

    private async Task ShowMetricsAsync(ITrainingJobGrain job, TrainingJobInfo info, CancellationToken cancellation)
    {
        IReadOnlyList<TrainingMetric> more;
        do
        {
            var after = _metrics.Count == 0 ? 0 : _metrics[^1].Sequence;
            more = await Patience.CallAsync(() => job.ReadMetricsAsync(after, AtOnce), cancellation);
            _metrics.AddRange(more);
            foreach (var validation in more.Where(metric => metric.Split == "validation"))
            {
                progress.Validated(validation.Step, validation.Values);
            }
        }
        while (more.Count == AtOnce);
        if (_metrics.FindLast(metric => metric.Split == "train") is { } last)
        {
            var losses = last.Values.Where(value => value.Key.StartsWith("loss", StringComparison.Ordinal) || value.Key is "mse" or "kl").ToDictionary();
            var pace = last.Values.GetValueOrDefault("samples") / Math.Max(1e-9, last.Values["samples_per_second"]);
            progress.Stepped(new TrainingProgress(info.Step, recipe.TotalSteps, losses, last.Values["samples_per_second"], pace / spec.InnerSteps, recipe.TotalSteps - info.Step));
        }
    }

    private void Say(TrainingJobInfo info)
    {
        if (info.Message != _said && (_said = info.Message) is { } message)
        {
            progress.Noted(message);
        }
    }

    private void WriteMetrics()
    {
        Directory.CreateDirectory(spec.Output);
        var path = Path.Combine(spec.Output, "metrics.jsonl");
        File.Delete(path);
        var log = new MetricsLog(path, 0);
        foreach (var metric in _metrics.GroupBy(metric => metric.Sequence).Select(same => same.Last()).OrderBy(metric => metric.Sequence))
        {
            log.Write(MetricLines.ToJson(metric));
        }
    }
}
