using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Http;
using MmiGrains.Silo.Training;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi train</c>: runs a recipe, or goes on with it where it was broken off; by this process, or by a cluster's trainers.</summary>
internal static class TrainCommand
{
    private static readonly TimeSpan TimeToPause = TimeSpan.FromSeconds(25);

    private static readonly Argument<string> Recipe = new("RECIPE") { Description = "What to train on what and how: a JSON file such as models/recipes/small.json." };
    private static readonly Option<string> Out = new("--out") { Description = "The run's folder; a run that is begun there goes on from its newest checkpoint.", Required = true, HelpName = "DIR" };
    private static readonly Option<bool> Strict = new("--strict") { Description = "Stop at the first row of data that cannot be used, instead of skipping and reporting it." };
    private static readonly Option<bool> Cluster = new("--cluster") { Description = "Train as a job of a cluster: of the silos on --redis, or of one that this command starts." };
    private static readonly Option<string> Redis = new("--redis") { Description = "The Redis server of the cluster's silos.", HelpName = "HOST" };
    private static readonly Option<string> Name = new("--name") { Description = "The cluster's name.", HelpName = "NAME", DefaultValueFactory = _ => "mmi" };
    private static readonly Option<string> Certificate = new("--cluster-certificate") { Description = "The certificate of the cluster's silos, if they have one: a PEM file with its private key.", HelpName = "FILE" };
    private static readonly Option<int> InnerSteps = new("--inner-steps") { Description = "Steps from one exchange to the next: 1 exchanges gradients, more the change of the weights (DiLoCo).", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Replicas = new("--replicas") { Description = "With several inner steps, replicas that make them at the same time.", HelpName = "N", DefaultValueFactory = _ => 2 };
    private static readonly Option<bool> BFloat16 = new("--exchange-bf16") { Description = "Trainers send bfloat16, with error feedback." };
    private static readonly Option<int> MinTrainers = new("--min-trainers") { Description = "Trainers that must be there before the first round.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> MaxTrainers = new("--max-trainers") { Description = "Trainers at most; 0 for all that are free.", HelpName = "N" };
    private static readonly Option<string> StopMetric = new("--stop-metric") { Description = "End a stage when this loss of the validation no longer falls, such as loss.", HelpName = "LOSS" };

    public static Command Create()
    {
        var command = new Command("train", "Train a model by a recipe; stopped at any moment, the same command goes on.")
        {
            Recipe, Out, Strict, Cluster, Redis, Name, Certificate, InnerSteps, Replicas, BFloat16, MinTrainers, MaxTrainers, StopMetric,
        };
        command.SetAction((parsed, cancellation) => parsed.GetValue(Cluster) ? RunOnClusterAsync(parsed, cancellation) : Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult given, CancellationToken cancellation)
    {
        if (given.GetValue(Redis) is not null)
        {
            throw new CommandException("--redis needs --cluster.");
        }

        var (path, output) = (given.GetRequiredValue(Recipe), given.InvocationConfiguration.Output);
        var recipe = ConfigFile.ReadStrictly<TrainingRecipe>(path, "models/recipes holds some");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var progress = Progress(output);
        var problems = new RowProblems(given.GetValue(Strict), report: problem => progress.Noted(problem.ToString()));
        var sources = RecipeSources.Of(recipe, folder, path, problems, progress.Noted);
        var run = new TrainingRun(recipe, folder, given.GetRequiredValue(Out), sources.OpenData, progress);
        var model = run.Run(cancellation);
        foreach (var summary in problems.Summaries)
        {
            output.WriteLine(summary);
        }

        output.WriteLine($"The trained model is in '{model}'.");
        return ExitCode.Done;
    }

    private static async Task<int> RunOnClusterAsync(ParseResult given, CancellationToken cancellation)
    {
        var (path, output) = (given.GetRequiredValue(Recipe), given.InvocationConfiguration.Output);
        var recipe = ConfigFile.ReadStrictly<TrainingRecipe>(path, "models/recipes holds some");
        var spec = new TrainingJobSpec(ConfigFile.ToText(recipe), Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFullPath(given.GetRequiredValue(Out)))
        {
            InnerSteps = given.GetValue(InnerSteps),
            Replicas = given.GetValue(Replicas),
            BFloat16 = given.GetValue(BFloat16),
            MinTrainers = given.GetValue(MinTrainers),
            MaxTrainers = given.GetValue(MaxTrainers),
            StopMetric = given.GetValue(StopMetric),
        };
        var name = given.GetValue(Name)!;
        var store = new StoreOptions { ConnectionString = given.GetValue(Redis), DataFolder = Path.Combine(spec.Output, "store"), ClusterId = name, ServiceId = name, KeyPrefix = name };
        TrainingJobInfo done;
        if (store.IsEmbedded)
        {
            var options = new SiloOptions { Device = new DeviceOptions { Roles = WorkerRole.Trainer }, Store = store, HttpPort = FreePort.Next() };
            await using var silo = await RunningSilo.StartAsync(options, cancellation);
            var training = new ClusterTraining(silo.Services.GetRequiredService<IGrainFactory>(), spec, recipe, Progress(output));
            done = await FollowAsync(training, cancellation);
        }
        else
        {
            await using var client = await ClusterClient.ConnectAsync(store, given.GetValue(Certificate) is { } file ? ClusterCertificate.Read(file) : null, cancellation);
            done = await new ClusterTraining(client.Grains, spec, recipe, Progress(output)).FollowAsync(RequestTenant.Default, cancellation);
        }

        output.WriteLine(done.Model is { } model ? $"The trained model is in '{model}'." : $"The job was cancelled at step {done.Step}.");
        return done.Model is null ? ExitCode.Cancelled : ExitCode.Done;
    }

    // A cluster of this process alone ends with it: the job writes a checkpoint first, as a run does.
    private static async Task<TrainingJobInfo> FollowAsync(ClusterTraining training, CancellationToken cancellation)
    {
        try
        {
            return await training.FollowAsync(RequestTenant.Default, cancellation);
        }
        catch (OperationCanceledException)
        {
            using var late = new CancellationTokenSource(TimeToPause);
            await training.PauseAsync(RequestTenant.Default, late.Token);
            throw;
        }
    }

    private static ProgressLine Progress(TextWriter output) => new(output, !Console.IsOutputRedirected && output == Console.Out);
}
