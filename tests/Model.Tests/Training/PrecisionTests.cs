using System.Text.Json;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Tests.Inference;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Training;

/// <summary>Training whose copy of the model computes in bfloat16.</summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PrecisionTests() => torch.set_num_threads(1); // on tensors this small threads wait for each other

    [Theory]
    [InlineData("all", false)]
    [InlineData("pretraining", true)]
    public void Losses_and_gradients_are_near_those_of_float32(string train, bool recomputes)
    {
        var stage = Stage(train) with { RecomputeActivations = recomputes };
        var wide = Steps(stage, 4);
        var narrow = Steps(stage with { Precision = "bfloat16" }, 4);
        foreach (var (expected, found) in wide.Metrics.Zip(narrow.Metrics))
        {
            Assert.NotEqual(expected.Losses["loss"], found.Losses["loss"]);
            Assert.All(expected.Losses, loss => Assert.InRange(found.Losses[loss.Key] / loss.Value, 0.98, 1.02));
            Assert.InRange(found.GradientNorm / expected.GradientNorm, 0.95, 1.05);
        }

        Assert.True(narrow.Metrics[3].Losses["loss_txt"] < 0.99 * narrow.Metrics[0].Losses["loss_txt"], "nothing was learned");
    }

    [Fact]
    public void The_weights_stay_float32_and_keep_what_bfloat16_would_lose()
    {
        // A step of 1e-5 is lost on any bfloat16 weight above 0.003.
        var optimizer = new OptimizerConfig { Lr = 1e-5, OverridesFirstMatch = [], WeightDecay = 0 };
        using var scope = NewDisposeScope();
        manual_seed(6);
        using var model = ModelFolder.Create(SmallModel.Config);
        var weight = model.named_parameters().Single(member => member.name == "mm_decoder.layers.0.mlp.up_proj.weight").parameter;
        var before = weight.detach().clone();
        using var trainer = new Trainer(model, Stage("all") with { Precision = "bfloat16", Optimizer = optimizer, WarmupSteps = 0, Schedule = "constant" }, 1);
        model.train();
        using var packer = Packer(model);
        trainer.Step([[packer.Next()]]);

        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Assert.All(trainer.Optimizer.States, state => Assert.Equal(ScalarType.Float32, state.Value.dtype));
        var moved = (weight.detach() - before).abs();
        Assert.InRange(moved.max().item<float>(), 0.9e-5f, 1.1e-5f);
        Assert.True((moved > 0).to_type(ScalarType.Float32).mean().item<float>() > 0.9, "few weights have moved");
    }

    [Fact]
    public void Batches_of_a_step_are_added_up_in_float32()
    {
        // Of sixteen times the same gradient the mean is that gradient, to the last bit but what float32 rounds; bfloat16's sums would be off by 0.4 %.
        var stage = Stage("all") with { Precision = "bfloat16", Accumulation = 16 };
        var norms = new[] { 1, 16 }.Select(count =>
        {
            manual_seed(6);
            using var model = ModelFolder.Create(SmallModel.Config);
            using var copy = new ReplicaOf(model, stage);
            return copy.GradientNorm(count);
        }).ToArray();

        Assert.InRange(norms[1] / (16 * norms[0]), 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void A_run_that_is_broken_off_and_resumed_ends_with_the_same_weights()
    {
        var whole = Run("whole");
        Assert.Throws<OperationCanceledException>(() => Run("parts", stopAfter: 3));
        Assert.Throws<OperationCanceledException>(() => Run("parts", stopAfter: 2));
        var parts = Run("parts");

        var bytes = File.ReadAllBytes(Path.Combine(whole, "model.safetensors"));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(parts, "model.safetensors")));
        Assert.NotEqual(bytes, File.ReadAllBytes(Path.Combine(Run("float", precision: "float32"), "model.safetensors")));
    }

    [Fact]
    public void Two_workers_train_the_same_model_every_time()
    {
        var one = File.ReadAllBytes(Path.Combine(Run("one", workers: 2), "model.safetensors"));

        Assert.Equal(one, File.ReadAllBytes(Path.Combine(Run("again", workers: 2), "model.safetensors")));
    }

    [Fact]
    public void Adapters_train_too()
    {
        var stage = Stage("lora") with { Lora = new LoraConfig { Targets = ["q_proj", "to_v"] } };
        var (wide, narrow) = (Steps(stage, 4), Steps(stage with { Precision = "bfloat16" }, 4));

        Assert.All(wide.Metrics.Zip(narrow.Metrics), pair => Assert.InRange(pair.Second.GradientNorm / pair.First.GradientNorm, 0.95, 1.05));
        Assert.All(narrow.Adapters, value => Assert.NotEqual(0, value)); // the second factors, which begin as zeros
        Assert.InRange(narrow.Adapters.Zip(wide.Adapters).Average(pair => pair.First * pair.Second), 1e-9, 1); // and mostly go the same way
    }

    [Fact]
    public void What_it_may_cost_on_a_CPU_is_said_once()
    {
        var notes = new List<string>();
        Run("noted", notes: notes);
        Assert.Single(notes, note => note.Contains("slow", StringComparison.Ordinal));
        notes.Clear();
        Run("silent", precision: "float32", notes: notes);
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("float16", "interleaved", "stage 'train': precision is 'float16'; it may be float32, bfloat16.")]
    [InlineData("bfloat16", "autoencoder", "stage 'train': 'precision' is bfloat16; the autoencoder trains in float32.")]
    public void Other_precisions_are_refused(string precision, string objective, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigException>(() => Run("bad", precision, objective: objective)).Message);

    public void Dispose() => _folder.Dispose();

    private static TrainingStage Stage(string train) => new()
    {
        Train = train,
        Steps = 10,
        Accumulation = 2,
        Packing = new() { RowLength = 60 },
        Optimizer = new() { Lr = 3e-3, OverridesFirstMatch = [] },
    };

    private static RowPacker Packer(MmInterleaved model) =>
        new(new PatchStream(), new SampleTokenizer(TinyVocabulary.Load(512), model.Config), model.Config.SpecialTokens, new() { RowLength = 60 }, 1);

    private static (StepMetrics[] Metrics, float[] Adapters) Steps(TrainingStage stage, int count)
    {
        manual_seed(6);
        using var model = ModelFolder.Create(SmallModel.Config);
        using var adapters = stage.Lora is { } lora ? LoraAdapters.Attach(model, lora, 3) : null;
        using var trainer = new Trainer(model, stage, 1, adapters);
        using var packer = Packer(model);
        model.train();
        IReadOnlyList<PackedRow>[] batches = [[packer.Next()], [packer.Next()]];
        StepMetrics[] metrics = [.. Enumerable.Range(0, count).Select(_ => trainer.Step(batches))];
        float[] moved = [.. (adapters?.Parameters ?? []).Where(member => member.Name.EndsWith("lora_B.weight", StringComparison.Ordinal))
            .SelectMany(member => member.Parameter.detach().data<float>().ToArray())];
        return (metrics, moved);
    }

    private string Run(
        string name, string precision = "bfloat16", int workers = 1, int stopAfter = int.MaxValue, string objective = "interleaved", List<string>? notes = null)
    {
        var tokenizer = Path.Combine(_folder.Path, "tokenizer.model");
        File.WriteAllBytes(tokenizer, TinyVocabulary.File(512));
        var recipe = new TrainingRecipe
        {
            Config = SmallModel.Config,
            Tokenizer = tokenizer,
            Threads = 1,
            Workers = workers,
            CheckpointEvery = 2,
            Stages = [Stage("all") with { Steps = 6, Objective = objective, Precision = precision, Data = [JsonDocument.Parse("{}").RootElement], AverageDecay = 0.9 }],
        };
        using var cancellation = new CancellationTokenSource();
        var observer = new Observer(notes ?? [], cancellation) { StopAfter = stopAfter };
        return new TrainingRun(recipe, ".", Path.Combine(_folder.Path, name), (_, _) => new PatchStream(), observer).Run(cancellation.Token);
    }

    // One copy and the weights' gradients, without the optimizer that would use them up.
    private sealed class ReplicaOf : IDisposable
    {
        private readonly MmInterleaved _model;
        private readonly Replica _replica;

        public ReplicaOf(MmInterleaved model, TrainingStage stage)
        {
            (_model, var objective) = (model, new InterleavedObjective(model, stage));
            foreach (var (name, parameter) in model.named_parameters())
            {
                parameter.requires_grad = objective.Trains(name);
                parameter.grad = parameter.requires_grad ? zeros_like(parameter) : null;
            }

            _replica = new Replica(model, stage);
        }

        public double GradientNorm(int batches)
        {
            using var scope = NewDisposeScope();
            using var packer = Packer(_model);
            var row = packer.Next();
            _replica.TakeWeights();
            for (var i = 0; i < batches; i++)
            {
                _replica.Objective.Loss([row], seed: 4).Total.backward();
                _replica.AddUp();
            }

            _replica.GiveGradients();
            return Math.Sqrt(_model.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => (double)parameter.grad!.square().sum().item<float>()));
        }

        public void Dispose() => _replica.Dispose();
    }

    private sealed class Observer(List<string> notes, CancellationTokenSource cancellation) : ITrainingObserver
    {
        private int _steps;

        public int StopAfter { get; init; }

        public void StageBegins(TrainingStage stage, long stageStep)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
            if (++_steps == StopAfter)
            {
                cancellation.Cancel();
            }
        }

        public void Validated(long step, IReadOnlyDictionary<string, double> losses)
        {
        }

        public void Noted(string message) => notes.Add(message);
    }
}
