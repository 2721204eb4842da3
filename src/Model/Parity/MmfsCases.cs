using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>The synchronizer alone, and as the language model and the UNet wrap it.</summary>
internal static partial class MmfsCases
{
    public static void RunModule(ParityCase c)
    {
        var config = ReadConfig(c);
        var runs = c.Runs(name => name != "param").ToArray();
        var compared = RunsWithOwnParameterGradients(c, runs);
        foreach (var run in runs)
        {
            using var mmfs = new Mmfs.Mmfs(config, KernelSet.For(DeviceType.CPU, ScalarType.Float32));
            var parameters = mmfs.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            using (no_grad())
            {
                foreach (var (name, parameter) in parameters)
                {
                    parameter.copy_(c.Read($"param.{name}"));
                }
            }

            var query = c.Read($"{run}.query").requires_grad_();
            var features = c.Read($"{run}.input_flatten").requires_grad_();
            var levels = DeformableAttentionCases.Levels(c.Read($"{run}.spatial_shapes"))[..config.Levels.Count];
            var result = mmfs.Attend(query, c.Read($"{run}.reference_points"), mmfs.Project(features, levels), c.Read($"{run}.attention_mask"));
            c.Expect($"{run}.out", result, Tolerances.Module);

            result.backward([c.Read($"{run}.grad_out")]);
            c.Expect($"{run}.grad_query", query.grad!, Tolerances.ModuleGradient);
            c.Expect($"{run}.grad_input", features.grad!, Tolerances.ModuleGradient);
            foreach (var (name, parameter) in parameters.Where(p => compared.Contains(run) && c.Has($"{run}.gradparam.{p.Key}")))
            {
                c.Expect($"{run}.gradparam.{name}", parameter.grad!, Tolerances.ModuleGradient);
            }
        }
    }

    public static void RunWrappers(ParityCase c)
    {
        foreach (var run in c.Runs(_ => true))
        {
            using var quiet = no_grad();
            if (LlamaLayer().Match(run) is { Success: true } llama)
            {
                var layer = c.Model.Decoder.Layers[Index(llama)].ImageAttention
                    ?? throw new InvalidDataException($"{run}: layer {Index(llama)} does not look at images.");
                var levels = c.Model.Config.Llm.Mmfs.Levels.Select(LevelShape.Square).ToArray();
                var images = layer.Project(c.Read($"{run}.vision_hidden_states"), levels);
                c.Expect($"{run}.out", layer.Attend(c.Read($"{run}.hidden_states"), images, c.Read($"{run}.cross_attention_mask")), Tolerances.Module);
            }
            else if (UnetSkip().Match(run) is { Success: true } unet)
            {
                var block = c.Model.ImageDecoder.Decoder.Mmfs.Skip(Index(unet));
                var sample = c.Read($"{run}.sample");
                var levels = c.Model.Config.ImageDecoder.Mmfs.Levels.Select(LevelShape.Square).ToArray();
                var features = c.Read($"{run}.ms_feat");
                var images = block.Project(features.expand(sample.shape[0], -1, -1, -1), levels);
                c.Expect($"{run}.out", block.Attend(sample, images, c.Read($"{run}.ms_feat_mask")), Tolerances.Module);
            }
            else
            {
                throw new InvalidDataException($"unknown wrapper '{run}'; known are llama_layerN and unet_downN");
            }
        }
    }

    // The recorder of the published fixtures kept references to gradients that it then reused: every run shows those of the last
    // run. Where all runs show the same, only the last one is compared; no two runs can truly have equal gradients.
    private static string[] RunsWithOwnParameterGradients(ParityCase c, string[] runs)
    {
        const string probe = "output_proj.bias";
        var recorded = runs.Where(run => c.Has($"{run}.gradparam.{probe}")).ToArray();
        var shared = recorded.Length > 1 && recorded.All(run => c.Read($"{run}.gradparam.{probe}").Equals(c.Read($"{recorded[0]}.gradparam.{probe}")));
        return shared ? recorded[^1..] : recorded;
    }

    private static MmfsConfig ReadConfig(ParityCase c)
    {
        int Number(string name) => int.Parse(c.Metadata[name], CultureInfo.InvariantCulture);
        return new MmfsConfig
        {
            QueryWidth = Number("d_query"),
            FeatureWidth = Number("d_value"),
            ValueWidth = (int)Math.Round(Number("d_model") * double.Parse(c.Metadata["ratio"], CultureInfo.InvariantCulture)),
            Heads = Number("n_heads"),
            Points = Number("n_points"),
            Levels = JsonSerializer.Deserialize<int[]>(c.Metadata["spatial_shapes"])!,
            BaseLevel = Number("base_spatial_shape"),
            MaxImages = Number("max_num_image_per_seq"),
        };
    }

    private static int Index(Match match) => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^llama_layer(\d+)$")]
    private static partial Regex LlamaLayer();

    [GeneratedRegex(@"^unet_down(\d+)$")]
    private static partial Regex UnetSkip();
}
