using System.Globalization;
using System.Text.Json;
using MmiGrains.Kernels;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>The training loss, every parameter's gradient, and one optimizer step on them. Each run builds a model of its own.</summary>
internal static class TrainingCases
{
    private const string Training = "i_training";

    public static void RunTraining(ParityCase c)
    {
        Dictionary<string, double?> measured;
        using (var model = TrainableModel(c))
        {
            var losses = model.Loss(Example(c, c, model));
            ExpectLosses(c, losses);
            losses.Total.backward();
            var gradients = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad);
            foreach (var name in c.Names.Where(name => name.StartsWith("grad.", StringComparison.Ordinal)))
            {
                c.Expect(name, gradients[name["grad.".Length..]]!, Tolerances.ModuleGradient);
            }

            measured = Norms(gradients);
        }

        using var recorded = ReadJson(c, "i_grad_norms.json");
        var norms = recorded.RootElement.EnumerateObject().ToDictionary(row => row.Name, row => row.Value.GetProperty("norm"));
        ExpectNorms(c, "gradient norm", norms, norms, Tolerances.GradientNorm, measured, nudge => GradientNorms(c, nudge));
    }

    public static void RunVariant(ParityCase c)
    {
        using var model = TrainableModel(c);
        using var batch = SafetensorsFile.Open(Path.Combine(c.Folder, "cases", Training + ".safetensors"));
        var shared = new ParityCase(c.Folder, Training, batch, new Lazy<MmInterleaved>(model));
        var example = Example(shared, c, model) with
        {
            Batch = model.Batch(shared.Read("text_ids"), shared.Read("attention_mask")),
            ImageMask = c.Read("image_loss_mask"),
            ImageWeight = double.Parse(c.Metadata["loss_img_weight"], CultureInfo.InvariantCulture),
            TextWeight = double.Parse(c.Metadata["loss_txt_weight"], CultureInfo.InvariantCulture),
        };
        using var quiet = no_grad();
        ExpectLosses(c, model.Loss(example));
    }

    public static void RunOptimizer(ParityCase c)
    {
        using var batch = SafetensorsFile.Open(Path.Combine(c.Folder, "cases", Training + ".safetensors"));
        var shared = new ParityCase(c.Folder, Training, batch, new Lazy<MmInterleaved>(() => c.Model));
        using var recorded = ReadJson(c, "j_adamw.json");
        Dictionary<string, double?> measured;
        var updates = recorded.RootElement.GetProperty("params").EnumerateObject().ToDictionary(row => row.Name, row => row.Value);
        using (var model = TrainableModel(c))
        {
            var groups = OptimizerRecipe.Groups(model, model.Config.Optimizer);
            var settings = groups.SelectMany(group => group.Members.Select(member => (member.Name, group))).ToDictionary(row => row.Name, row => row.group);
            foreach (var (name, update) in updates)
            {
                c.ExpectNumber($"learning rate of {name}", settings[name].Lr, update.GetProperty("lr").GetDouble(), 1e-9);
                c.ExpectNumber($"weight decay of {name}", settings[name].WeightDecay, update.GetProperty("weight_decay").GetDouble(), 1e-9);
            }

            var before = Values(model);
            var total = Update(shared, model);
            measured = Norms(model.named_parameters().ToDictionary(p => p.name, p => (Tensor?)(p.parameter - before[p.name])));
            c.ExpectNumber("grad_total_norm_before_clip", total, c.Read("grad_total_norm_before_clip").item<float>(), Tolerances.GradientNorm);
            var after = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            foreach (var name in c.Names.Where(name => name.StartsWith("after.", StringComparison.Ordinal)))
            {
                c.Expect(name, after[name["after.".Length..]], Tolerances.ModuleGradient);
            }
        }

        using var gradients = ReadJson(c, "i_grad_norms.json");
        ExpectNorms(
            c, "update norm",
            updates.ToDictionary(row => row.Key, row => row.Value.GetProperty("delta_norm")),
            gradients.RootElement.EnumerateObject().ToDictionary(row => row.Name, row => row.Value.GetProperty("norm")),
            Tolerances.UpdateNorm, measured, nudge => UpdateNorms(shared, nudge));
    }

    // What is out of tolerance is measured again with the samples nudged to each side, and the closest counts.
    private static void ExpectNorms(
        ParityCase c, string what, IReadOnlyDictionary<string, JsonElement> expected, IReadOnlyDictionary<string, JsonElement> gradientNorms,
        double tolerance, Dictionary<string, double?> measured, Func<Nudge, Dictionary<string, double?>> measure)
    {
        var closest = new Dictionary<string, double>();
        foreach (var nudge in Nudge.All)
        {
            var open = expected.Where(row => IsCompared(gradientNorms[row.Key]) &&
                !(closest.TryGetValue(row.Key, out var best) && Error(best, row.Value) <= tolerance)).ToArray();
            measured = nudge == default || open.Length == 0 ? measured : measure(nudge);
            foreach (var (name, value) in open)
            {
                var now = measured[name] ?? 0;
                closest[name] = closest.TryGetValue(name, out var best) && Error(best, value) < Error(now, value) ? best : now;
            }
        }

        foreach (var (name, norm) in closest)
        {
            c.ExpectNumber($"{what} of {name}", norm, expected[name].GetDouble(), tolerance);
        }

        static double Error(double actual, JsonElement value) => Math.Abs(actual - value.GetDouble()) / value.GetDouble();
    }

    private static bool IsCompared(JsonElement gradientNorm) =>
        gradientNorm.ValueKind == JsonValueKind.Number && gradientNorm.GetDouble() >= Tolerances.LeastNorm;

    private static Dictionary<string, double?> GradientNorms(ParityCase c, Nudge nudge)
    {
        using var scope = NewDisposeScope();
        using var model = TrainableModel(c, nudge);
        model.Loss(Example(c, c, model)).Total.backward();
        return Norms(model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad));
    }

    private static Dictionary<string, double?> UpdateNorms(ParityCase c, Nudge nudge)
    {
        using var scope = NewDisposeScope();
        using var model = TrainableModel(c, nudge);
        var before = Values(model);
        Update(c, model);
        return Norms(model.named_parameters().ToDictionary(p => p.name, p => (Tensor?)(p.parameter - before[p.name])));
    }

    private static Dictionary<string, Tensor> Values(MmInterleaved model) =>
        model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());

    private static Dictionary<string, double?> Norms(Dictionary<string, Tensor?> tensors) =>
        tensors.ToDictionary(row => row.Key, row => (double?)row.Value?.norm().item<float>());

    // One step on clipped gradients; returns their total norm before clipping.
    private static double Update(ParityCase batch, MmInterleaved model)
    {
        var config = model.Config.Optimizer;
        model.Loss(Example(batch, batch, model)).Total.backward();
        using var optimizer = new AdamW(OptimizerRecipe.Groups(model, config), config);
        var total = optimizer.GradientNorm();
        optimizer.Step(1, 1, total);
        return total;
    }

    private static MmInterleaved TrainableModel(ParityCase c, Nudge nudge = default)
    {
        var kernel = KernelSet.For(DeviceType.CPU, ScalarType.Float32).DeformableAttention;
        var model = ModelFolder.Load(c.Folder, kernels: nudge == default ? null : new KernelSet(new NudgedDeformableAttention(kernel, nudge)));
        OptimizerRecipe.Freeze(model);
        return model;
    }

    private static TrainingExample Example(ParityCase batch, ParityCase draws, MmInterleaved model)
    {
        var nearestBos = batch.Read("nearest_bos_idxs").data<long>().ToArray();
        return new TrainingExample(
            model.Batch(batch.Read("text_ids"), batch.Read("attention_mask"), nearestBos),
            batch.Read("image_tensors"),
            batch.Read("image_tensors_dec"),
            new DiffusionDraws(draws.Read("draw.vae_noise"), draws.Read("draw.noise"), draws.Read("draw.timesteps"), draws.Read("draw.uncond_uniform")))
        {
            DatasetName = draws.Metadata.GetValueOrDefault("dataset_name", ""),
        };
    }

    private static void ExpectLosses(ParityCase c, TrainingLosses losses)
    {
        c.ExpectNumber("loss_txt", losses.Text.item<float>(), c.Read("loss_txt").item<float>(), Tolerances.Loss);
        c.ExpectNumber("loss_img", losses.Image.item<float>(), c.Read("loss_img").item<float>(), Tolerances.Loss);
        c.ExpectNumber("loss", losses.Total.item<float>(), c.Read("loss").item<float>(), Tolerances.Loss);
    }

    private static JsonDocument ReadJson(ParityCase c, string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(c.Folder, "cases", name)));
}
