using MmiGrains.Kernels;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Tensors;
using MmiGrains.Model.Tests.Inference;
using MmiGrains.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Training;

public class RecomputationTests
{
    private static readonly LlamaConfig Llama = new()
    {
        HiddenSize = 32,
        IntermediateSize = 48,
        NumHiddenLayers = 4,
        NumAttentionHeads = 2,
        Mmfs = SmallModel.Config.Llm.Mmfs with { EveryNLayers = 2 },
    };

    [Fact]
    public void The_language_models_gradients_are_the_same_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var model = new LlamaModel(Llama, 20, KernelSet.For(DeviceType.CPU, ScalarType.Float32));
        var (embeddings, features) = (randn(2, 9, 32), randn(2, 1, 336, Llama.Mmfs.ValueInputDim));
        var (expected, calls) = (Gradients(model, embeddings, features, recomputes: false), 0);
        var found = Gradients(model, embeddings, features, recomputes: true);
        foreach (var (name, gradient) in expected)
        {
            Assert.True(gradient.Equals(found[name]), $"{name} differs");
            calls += gradient.abs().sum().item<float>() > 0 ? 1 : 0;
        }

        Assert.True(calls > 40, $"{calls} gradients are not zero");
    }

    [Fact]
    public void Parameters_learn_even_where_no_input_wants_a_gradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var layer = new Projection(3, 3);
        var x = randn(2, 3);
        using (Recomputation.Begin())
        {
            Recomputation.Run(x, y => layer.forward(layer.forward(y))).square().sum().backward();
        }

        var found = layer.Weight.grad!.clone();
        layer.Weight.grad!.zero_();
        layer.forward(layer.forward(x)).square().sum().backward();
        Assert.True(found.Equals(layer.Weight.grad));

        // What nothing has to learn from leaves no graph, and runs once.
        layer.Weight.requires_grad = false;
        var runs = 0;
        using (Recomputation.Begin())
        {
            Assert.False(Recomputation.Run(x, y => layer.forward(y * ++runs)).requires_grad);
        }

        Assert.Equal(1, runs);
    }

    [Fact]
    public void A_layer_runs_again_on_the_way_back_and_what_it_made_is_forgotten_until_then()
    {
        using var scope = NewDisposeScope();
        var (runs, x) = (0, ones(4).requires_grad_());
        Tensor y;
        using (Recomputation.Begin())
        {
            y = Recomputation.Run(x, h =>
            {
                runs++;
                return h.exp().exp();
            });
        }

        Assert.Equal(1, runs);
        y.sum().backward();
        Assert.Equal(2, runs);
        Assert.Equal(Math.Exp(Math.E + 1), x.grad![0].item<float>(), 1e-4);

        using (no_grad())
        using (Recomputation.Begin())
        {
            Assert.False(Recomputation.Run(x, h => h * 2).requires_grad);
        }
    }

    [Theory]
    [InlineData("all")]
    [InlineData("lora")]
    public void A_training_step_learns_the_same(string train)
    {
        var (plain, recomputed) = (Step(train, recomputes: false), Step(train, recomputes: true));
        Assert.Equal(plain.Losses, recomputed.Losses); // the forward pass is the same, bit for bit
        Assert.InRange(Math.Abs(plain.GradientNorm - recomputed.GradientNorm) / plain.GradientNorm, 0, 1e-5); // sums over layers are made in another order
        Assert.True(plain.GradientNorm > 0.01);
    }

    private static StepMetrics Step(string train, bool recomputes)
    {
        manual_seed(6);
        using var model = ModelFolder.Create(SmallModel.Config);
        var stage = new TrainingStage { Train = train, Rows = 2, Packing = new() { RowLength = 60 }, RecomputeActivations = recomputes };
        using var adapters = train == "lora" ? LoraAdapters.Attach(model, new LoraConfig { Targets = ["q_proj", "to_v"] }, 3) : null;
        using var trainer = new Trainer(model, stage, 1, adapters);
        using var packer = new RowPacker(new PatchStream(), new SampleTokenizer(TinyVocabulary.Load(512), model.Config), model.Config.SpecialTokens, stage.Packing, 1);
        model.train();
        return trainer.Step([[packer.Next(), packer.Next()]]);
    }

    private static Dictionary<string, Tensor> Gradients(LlamaModel model, Tensor embeddings, Tensor features, bool recomputes)
    {
        var (x, seen) = (embeddings.detach().requires_grad_(), features.detach().requires_grad_());
        foreach (var (name, parameter) in model.named_parameters().Where(member => member.name.EndsWith("gate", StringComparison.Ordinal)))
        {
            using var quiet = no_grad();
            parameter.fill_(0.5); // or the looks would not count
        }

        using (var recomputing = recomputes ? Recomputation.Begin() : null)
        {
            var images = model.ProjectImages(seen, [new(16, 16), new(8, 8), new(4, 4)]);
            model.Forward(new LlamaInput(x) { Images = new(images, ones(2, 9, 1)) }).square().sum().backward();
        }

        var gradients = model.named_parameters().Where(member => member.parameter.grad is not null).ToDictionary(member => member.name, member => member.parameter.grad!.clone());
        foreach (var parameter in model.parameters())
        {
            parameter.grad = null;
        }

        gradients.Add("embeddings", x.grad!);
        gradients.Add("features", seen.grad!);
        return gradients;
    }
}
