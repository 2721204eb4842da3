using System.Text.Json;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Tensors;
using MmiGrains.Model.Tests.Inference;
using MmiGrains.Model.Tests.Tensors;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.LowRank;

public sealed class LoraTrainingTests : IDisposable
{
    private static readonly LoraConfig Lora = new() { Rank = 3, Alpha = 6, Targets = ["self_attn.q_proj", "mlp.down_proj", "to_v"] };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Training_changes_adapters_and_no_weight()
    {
        var folder = Run(Recipe(), "run");
        var first = Path.Combine(_folder.Path, "run", "checkpoints", "00000000-0");
        Assert.Equal(File.ReadAllBytes(Path.Combine(first, "model.safetensors")), File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));

        using var adapters = SafetensorsFile.Open(Path.Combine(folder, AdapterFolder.WeightsName));
        string[] language = ["mm_decoder.layers.0.mlp.down_proj", "mm_decoder.layers.0.self_attn.q_proj", "mm_decoder.layers.1.mlp.down_proj", "mm_decoder.layers.1.self_attn.q_proj"];
        var layers = adapters.Entries.Select(entry => AdapterFolder.LayerOf(entry.Name)).OfType<string>().Distinct().ToArray();
        Assert.Equal(language, layers.Where(layer => layer.StartsWith("mm_decoder", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(layers.Except(language), layer => Assert.EndsWith(".to_v", layer, StringComparison.Ordinal));
        Assert.All(layers, layer =>
        {
            using var b = adapters.Read(AdapterFolder.NameOfB(layer));
            Assert.True(b.abs().max().item<float>() > 0, $"{layer} has learned nothing");
        });
        WeightManifest.Verify(folder);
    }

    [Fact]
    public void Merged_weights_compute_what_weights_and_adapters_do()
    {
        var folder = Run(Recipe(), "run");
        using var merged = ModelFolder.Load(folder); // which merges
        using var plain = ModelFolder.Create(ConfigFile.Read(Path.Combine(folder, ModelFolder.ConfigName)));
        using var weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        CheckpointLoader.Load(plain, weights);
        plain.eval();

        var stage = Recipe().Stages[0];
        var without = Losses(plain, stage);
        using var adapters = LoraAdapters.Attach(plain, Lora, 99);
        Assert.Equal(without, Losses(plain, stage)); // fresh ones change nothing

        adapters.Read(folder);
        var (adapted, expected) = (Losses(plain, stage), Losses(merged, stage));
        Assert.All(expected.Keys, name => Assert.Equal(expected[name], adapted[name], 1e-5));
        Assert.NotEqual(without["loss_txt"], adapted["loss_txt"], 1e-3);
        Assert.NotEqual(without["loss_img"], adapted["loss_img"], 1e-5);
    }

    [Fact]
    public void A_run_with_adapters_that_is_broken_off_and_resumed_ends_with_the_same()
    {
        var recipe = Recipe();
        recipe = recipe with { Stages = [recipe.Stages[0] with { AverageDecay = 0.9 }, recipe.Stages[0] with { Name = "more", Train = "pretraining" }] };
        var whole = Run(recipe, "whole");
        Assert.Throws<OperationCanceledException>(() => Run(recipe, "parts", stopAfter: 5));
        Assert.Throws<OperationCanceledException>(() => Run(recipe, "parts", stopAfter: 4));
        var parts = Run(recipe, "parts");
        Assert.All(
            new[] { "model.safetensors", AdapterFolder.WeightsName, AdapterFolder.ConfigName },
            name => Assert.Equal(File.ReadAllBytes(Path.Combine(whole, name)), File.ReadAllBytes(Path.Combine(parts, name))));
    }

    [Fact]
    public void An_adapter_adds_a_scaled_product_and_keeps_the_weights_from_gradients()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var layer = new Projection(5, 4, hasBias: true);
        layer.Weight.requires_grad = false;
        using var generator = new Generator(3);
        using var adapter = new LowRankAdapter(layer.Weight, rank: 2, scale: 0.5, generator);
        layer.Adapter = adapter;
        using (no_grad())
        {
            adapter.B.copy_(randn(4, 2));
        }

        Assert.True(adapter.A.abs().max().item<float>() is > 0.1f and <= 0.4473f); // 1 / sqrt(5)
        var x = randn(3, 5);
        var expected = nn.functional.linear(x, layer.Weight + (0.5 * adapter.B.mm(adapter.A)), layer.Bias!);
        Near.Equal(expected.detach(), layer.forward(x).detach(), 1e-6);
        layer.forward(x).sum().backward();
        Assert.Null(layer.Weight.grad);
        Assert.True(adapter.A.grad!.abs().sum().item<float>() > 0 && adapter.B.grad!.abs().sum().item<float>() > 0);
        Assert.Throws<InvalidOperationException>(() => layer.Prepare(Kernels.Linear.WeightFormat.Float32));
    }

    [Theory]
    [InlineData("""{"train":"lora"}""", "'train' is lora, and there is no 'lora'")]
    [InlineData("""{"train":"all","lora":{}}""", "'lora' goes with the objective interleaved, and 'train' pretraining or lora")]
    [InlineData("""{"train":"lora","lora":{"rank":0}}""", "lora.rank is 0; it must be at least 1")]
    [InlineData("""{"train":"lora","lora":{"alpha":0}}""", "'lora.alpha' is 0; it must be above 0")]
    [InlineData("""{"train":"lora","lora":{"targets":[]}}""", "'lora.targets' names no layer")]
    [InlineData("""{"train":"lora","lora":{"targets":["q_proj","w_proj"]}}""", "lora.targets: 'w_proj' is in the name of none of")]
    public void A_stage_that_makes_no_sense_is_refused_in_a_sentence(string json, string expected)
    {
        var path = Path.Combine(_folder.Path, "stage.json");
        File.WriteAllText(path, json);
        var stage = ConfigFile.ReadStrictly<TrainingStage>(path, "") with { Data = Data, Steps = 1 };
        Assert.Contains(expected, Assert.Throws<ConfigException>(() => Run(Recipe() with { Stages = [stage] }, "bad")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_after_adapters_goes_on_with_them()
    {
        var stage = Recipe().Stages[0];
        var problem = Assert.Throws<ConfigException>(() => Run(Recipe() with { Stages = [stage, stage with { Name = "next", Lora = Lora with { Alpha = 1 } }] }, "bad"));
        Assert.Contains("stage 'next' comes after 'train'", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement[] Data => [.. JsonDocument.Parse("[{}]").RootElement.EnumerateArray()];

    private static IReadOnlyDictionary<string, double> Losses(MmInterleaved model, TrainingStage stage)
    {
        using var trainer = new Trainer(model, stage with { Train = "pretraining", Lora = null }, 1);
        using var packer = new RowPacker(new PatchStream(), new SampleTokenizer(TinyVocabulary.Load(512), model.Config), model.Config.SpecialTokens, stage.Packing, 1);
        return trainer.Validate([[packer.Next(), packer.Next()]]);
    }

    private TrainingRecipe Recipe()
    {
        var tokenizer = Path.Combine(_folder.Path, "tokenizer.model");
        File.WriteAllBytes(tokenizer, TinyVocabulary.File(512));
        return new TrainingRecipe
        {
            Config = SmallModel.Config,
            Tokenizer = tokenizer,
            Threads = 1,
            CheckpointEvery = 4,
            KeepCheckpoints = 10,
            Stages =
            [
                new()
                {
                    Steps = 6, Rows = 2, Packing = new() { RowLength = 60 }, Data = Data, Train = "lora", Lora = Lora,
                    Optimizer = new OptimizerConfig { Lr = 1e-2, OverridesFirstMatch = [] },
                },
            ],
        };
    }

    private string Run(TrainingRecipe recipe, string name, int stopAfter = int.MaxValue)
    {
        using var cancellation = new CancellationTokenSource();
        var watcher = new StepCounter(count =>
        {
            if (count == stopAfter)
            {
                cancellation.Cancel();
            }
        });
        return new TrainingRun(recipe, ".", Path.Combine(_folder.Path, name), (_, _) => new PatchStream(), watcher).Run(cancellation.Token);
    }

    private sealed class StepCounter(Action<int> onStep) : ITrainingObserver
    {
        private int _steps;

        public void StageBegins(TrainingStage stage, long stageStep)
        {
        }

        public void Stepped(TrainingProgress progress) => onStep(++_steps);

        public void Validated(long step, IReadOnlyDictionary<string, double> losses)
        {
        }

        public void Noted(string message)
        {
        }
    }
}
