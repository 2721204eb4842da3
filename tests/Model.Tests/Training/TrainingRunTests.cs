using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Inference;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_run_that_is_broken_off_and_resumed_ends_with_the_same_weights()
    {
        var recipe = Recipe();
        var whole = Run(recipe, "whole");

        // Broken off in the first stage, between checkpoints; then in the second, right after one.
        Assert.Throws<OperationCanceledException>(() => Run(recipe, "parts", stopAfter: 5));
        Assert.Throws<OperationCanceledException>(() => Run(recipe, "parts", stopAfter: 7));
        var parts = Run(recipe, "parts");

        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "model.safetensors")), File.ReadAllBytes(Path.Combine(parts, "model.safetensors")));
        Assert.Equal(Steps("whole"), Steps("parts"));
    }

    [Fact]
    public void A_killed_run_goes_on_from_its_last_checkpoint()
    {
        var recipe = Recipe();
        var whole = Run(recipe, "whole");

        // A process that is killed leaves its last checkpoint, perhaps half of the next one, and metrics beyond it.
        Assert.Throws<OperationCanceledException>(() => Run(recipe, "killed", stopAfter: 9));
        var checkpoints = Path.Combine(_folder.Path, "killed", "checkpoints");
        var newest = Directory.GetDirectories(checkpoints).Order(StringComparer.Ordinal).Last();
        Directory.Move(newest, newest + ".writing");
        File.Delete(Path.Combine(newest + ".writing", "state.json"));
        File.AppendAllText(Path.Combine(_folder.Path, "killed", "metrics.jsonl"), "{\"step\":9,\"loss\":1,\"sta");

        var resumed = Run(recipe, "killed");
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "model.safetensors")), File.ReadAllBytes(Path.Combine(resumed, "model.safetensors")));
        Assert.Equal(Steps("whole"), Steps("killed"));
        Assert.Empty(Directory.GetDirectories(checkpoints, "*.writing"));
    }

    [Fact]
    public void Two_workers_train_the_same_model_every_time_and_what_one_trains_but_for_rounding()
    {
        var recipe = Recipe();
        recipe = recipe with { Threads = 1, Stages = [recipe.Stages[1] with { Steps = 4, Accumulation = 3 }] };
        var one = Weights(Run(recipe, "one"));
        var two = Weights(Run(recipe with { Workers = 2 }, "two"));
        var again = Weights(Run(recipe with { Workers = 2 }, "again"));
        Assert.Equal(two, again);
        Assert.NotEqual(one, two);
        var furthest = one.Zip(two).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.InRange(furthest, 0, 0.1 * 3e-3 * 4); // a tenth of what the steps may have moved a weight
    }

    [Fact]
    public void A_fresh_model_may_be_given_parts_of_another()
    {
        var recipe = Recipe();
        var first = Run(recipe, "first");
        var second = Run(recipe with { Given = new() { From = first, Parts = ["vae.", "unet."], Except = ["unet."] }, Seed = 8, Stages = [recipe.Stages[1] with { Steps = 2 }] }, "second");
        Assert.Equal(ConfigFile.Read(Path.Combine(first, "config.json")).ImageDecoder.Vae.ScalingFactor, ConfigFile.Read(Path.Combine(second, "config.json")).ImageDecoder.Vae.ScalingFactor);
        using var one = TensorSource.Open(first);
        using var two = TensorSource.Open(second);
        foreach (var (name, same) in new[] { ("image_decoder.decoder.vae.encoder.conv_in.weight", true), ("image_decoder.decoder.unet.conv_in.weight", false) })
        {
            using var a = one.Read(name);
            using var b = two.Read(name);
            Assert.Equal(same, a.equal(b).all().item<bool>());
        }
    }

    [Fact]
    public void What_cannot_be_given_is_refused_by_name()
    {
        var recipe = Recipe();
        var other = Golden.Path("..", "..", "models", "mini");
        string Refusal(params string[] parts) => Assert.Throws<ConfigException>(() => Run(recipe with { Given = new() { From = other, Parts = parts } }, "refused")).Message;
        Assert.Equal("given.parts and given.except leave no parameter of the model: they are [nothing] and [].", Refusal("nothing"));
        Assert.StartsWith("given: 'soi_token' is [1, 192] in '", Refusal("soi_token"), StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_fall()
    {
        var recipe = Recipe();
        Run(recipe with { Stages = [recipe.Stages[0] with { Steps = 60 }, recipe.Stages[1] with { Steps = 60 }], ValidateEvery = 60 }, "long");
        var validations = Lines("long").Where(line => line["split"]!.GetValue<string>() == "validation").ToArray();
        var trained = Lines("long").Where(line => line["split"]!.GetValue<string>() == "train").ToArray();
        Assert.Equal(2, validations.Length);
        var autoencoder = trained.Where(line => line["stage"]!.GetValue<string>() == "autoencoder").Select(line => line["mse"]!.GetValue<double>()).ToArray();
        var text = trained.Where(line => line["stage"]!.GetValue<string>() == "all").Select(line => line["loss_txt"]!.GetValue<double>()).ToArray();
        Assert.True(autoencoder[^1] < 0.8 * autoencoder[0], $"the autoencoder's error went from {autoencoder[0]} to {autoencoder[^1]}");
        Assert.True(text[^1] < 0.6 * text[0], $"the text loss went from {text[0]} to {text[^1]}");
    }

    [Fact]
    public void The_trained_model_loads_and_its_latents_have_unit_variance()
    {
        var folder = Run(Recipe(), "model");
        using var model = ModelFolder.Load(folder);
        WeightManifest.Verify(folder);
        Assert.NotEqual(0.18215, model.Config.ImageDecoder.Vae.ScalingFactor);
    }

    [Fact]
    public void Details_may_weigh_more_in_the_autoencoders_loss()
    {
        var recipe = Recipe();
        TrainingRecipe Weighted(double weight) => recipe with { LogEvery = 1, Stages = [recipe.Stages[0] with { Steps = 1, Autoencoder = new() { DetailWeight = weight } }] };
        Run(Weighted(8), "weighted");
        Assert.True(Lines("weighted")[0]["loss"]!.GetValue<double>() > 0);
        var problem = Assert.Throws<ConfigException>(() => Run(Weighted(-1), "refused"));
        Assert.Equal("'autoencoder.detail_weight' is -1; it must be 0 to 1000.", problem.Message);
    }

    [Fact]
    public void The_autoencoder_trains_on_parts_of_pictures_that_its_latents_can_be_of()
    {
        var recipe = Recipe();
        TrainingRecipe Cropped(int crop) => recipe with { Stages = [recipe.Stages[0] with { Autoencoder = new() { Crop = crop } }] };
        Run(Cropped(32), "cropped");
        Assert.All(Lines("cropped"), line => Assert.True(line["mse"]!.GetValue<double>() > 0));
        var problem = Assert.Throws<ConfigException>(() => Run(Cropped(20), "refused"));
        Assert.Equal("'autoencoder.crop' is 20; it must be a multiple of 8 up to 64, or 0 for whole pictures.", problem.Message);
    }

    [Fact]
    public void What_has_a_rate_of_0_stays_as_it_is()
    {
        var recipe = Recipe();
        var stage = recipe.Stages[1] with { Steps = 2, Optimizer = new() { Lr = 1e-3, OverridesFirstMatch = [new("visual_tokenizer.", 0, 0.05)] } };
        var trained = Run(recipe with { Stages = [stage] }, "partly");
        var moved = MovedParameters.Of(recipe, trained);
        Assert.Contains(moved, name => name.StartsWith("mm_decoder.", StringComparison.Ordinal));
        Assert.DoesNotContain(moved, name => name.StartsWith("visual_tokenizer.", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_so_many_checkpoints_are_kept()
    {
        Run(Recipe() with { KeepCheckpoints = 2 }, "kept");
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_folder.Path, "kept", "checkpoints")).Length);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_names_step_samples_and_checkpoint()
    {
        var recipe = Recipe();
        var observer = new Recorder();
        var exploding = recipe with { Stages = [recipe.Stages[1] with { Optimizer = new() { Lr = 1e30, OverridesFirstMatch = [], GradClipNorm = 0 } }] };
        var problem = Assert.Throws<NonFiniteLossException>(() => Run(exploding, "exploding", observer: observer));
        Assert.Contains("Stage 'all', step ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("patch ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(observer.Notes, note => note.Contains("The last good checkpoint is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"model":"small","tokenizer":"t","stages":[{"data":[1],"steps":0}]}""", "stage 'train': steps is 0; it must be at least 1.")]
    [InlineData("""{"model":"small","from":"x","tokenizer":"t","stages":[{"data":[1]}]}""", "The recipe names its model once, by 'model', 'config' or 'from'; it does so 2 times.")]
    [InlineData("""{"model":"small","tokenizer":"t"}""", "The recipe has no 'stages'.")]
    [InlineData("""{"model":"small","tokenizer":"t","stages":[{}]}""", "stage 'train': 'data' names no data set.")]
    [InlineData("""{"model":"small","tokenizer":"t","stages":[{"data":[1],"objective":"fun"}]}""", "stage 'train': objective is 'fun'; it may be interleaved, autoencoder, labels, prompts.")]
    [InlineData("""{"modle":"small"}""", "modle")]
    public void A_bad_recipe_is_refused_in_a_sentence(string json, string expected)
    {
        var path = Path.Combine(_folder.Path, "recipe.json");
        File.WriteAllText(path, json);
        var problem = Assert.Throws<ConfigException>(() => Run(ConfigFile.ReadStrictly<TrainingRecipe>(path, ""), "bad"));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Weights(string folder)
    {
        using var weights = TensorSource.Open(folder);
        return [.. weights.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).SelectMany(entry => weights.Read(entry.Name).to_type(TorchSharp.torch.ScalarType.Float32).data<float>().ToArray())];
    }

    private TrainingRecipe Recipe()
    {
        var tokenizer = Path.Combine(_folder.Path, "tokenizer.model");
        File.WriteAllBytes(tokenizer, TinyVocabulary.File(512));
        var data = JsonDocument.Parse("[{}]").RootElement.EnumerateArray().ToArray();
        var optimizer = new OptimizerConfig { Lr = 3e-3, OverridesFirstMatch = [] };
        return new TrainingRecipe
        {
            Config = SmallModel.Config,
            Tokenizer = tokenizer,
            Threads = 2,
            CheckpointEvery = 4,
            LogEvery = 3,
            ValidateEvery = 5,
            ValidationBatches = 2,
            Stages =
            [
                new() { Name = "autoencoder", Objective = "autoencoder", Steps = 6, Rows = 1, Packing = new() { RowLength = 45 }, Data = data, Validation = data, Optimizer = optimizer with { Lr = 1e-3 } },
                new()
                {
                    Name = "all", Train = "all", Steps = 8, Rows = 1, Accumulation = 2, Packing = new() { RowLength = 45 }, Data = data, Validation = data,
                    Optimizer = optimizer, IsolateSamples = true, AverageDecay = 0.9, WarmupSteps = 3,
                },
            ],
        };
    }

    private string Run(TrainingRecipe recipe, string name, int stopAfter = int.MaxValue, Recorder? observer = null)
    {
        using var cancellation = new CancellationTokenSource();
        var watcher = observer ?? new Recorder();
        watcher.OnStep = count =>
        {
            if (count == stopAfter)
            {
                cancellation.Cancel();
            }
        };
        return new TrainingRun(recipe, ".", Path.Combine(_folder.Path, name), (_, _) => new PatchStream(), watcher).Run(cancellation.Token);
    }

    private JsonObject[] Lines(string name) =>
        [.. File.ReadLines(Path.Combine(_folder.Path, name, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    // Everything but times.
    private string[] Steps(string name) =>
        [.. Lines(name).Where(line => line["split"]!.GetValue<string>() == "validation").Select(line => $"{line["step"]} {line["loss"]}")];

    private sealed class Recorder : ITrainingObserver
    {
        private int _steps;

        public List<string> Notes { get; } = [];

        public Action<int> OnStep { get; set; } = _ => { };

        public void StageBegins(TrainingStage stage, long stageStep)
        {
        }

        public void Stepped(TrainingProgress progress) => OnStep(++_steps);

        public void Validated(long step, IReadOnlyDictionary<string, double> losses)
        {
        }

        public void Noted(string message) => Notes.Add(message);
    }
}
