using System.Text.Json;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>The language model: passes with and without images and cache, generated ids, scores.</summary>
internal static class LanguageCases
{
    public static void RunDecoder(ParityCase c)
    {
        using var quiet = no_grad();
        var decoder = c.Model.Decoder;
        var mask = c.Read("attention_mask");
        var levels = c.Model.Config.Llm.Mmfs.Levels.Select(LevelShape.Square).ToArray();
        var images = new VisibleImages(decoder.ProjectImages(c.Read("vision_hidden_states"), levels), c.Read("cross_attention_mask"));

        var full = new LlamaInput(c.Read("inputs_embeds")) { KeyMask = mask, Images = images };
        var states = decoder.HiddenStates(full);
        for (var i = 0; i < states.Count; i++)
        {
            c.Expect($"full.hidden_states.{i}", states[i], Tolerances.Network);
        }

        c.Expect("full.last_hidden_state", decoder.Forward(full), Tolerances.Network);
        c.Expect("full_nomask.last_hidden_state", decoder.Forward(full with { KeyMask = null }), Tolerances.Network);
        c.Expect("full_novision.last_hidden_state", decoder.Forward(full with { Images = null }), Tolerances.Network);

        using var cache = new KvCache(c.Model.Config.Llm.NumHiddenLayers);
        var prefill = full with { PositionIds = c.Read("prefill.position_ids"), Cache = cache };
        c.Expect("prefill.last_hidden_state", decoder.Forward(prefill), Tolerances.Network);
        for (var layer = 0; c.Has($"prefill.past.{layer}.key"); layer++)
        {
            c.Expect($"prefill.past.{layer}.key", cache.Read(layer).Keys, Tolerances.Network);
            c.Expect($"prefill.past.{layer}.value", cache.Read(layer).Values, Tolerances.Network);
        }

        var (ids, positions) = (c.Read("step_ids"), c.Read("step_position_ids"));
        var steps = new List<Tensor>();
        for (var i = 0L; i < ids.shape[1]; i++)
        {
            mask = cat([mask, ones_like(mask.narrow(1, 0, 1))], 1);
            var step = new LlamaInput(decoder.Embed(ids.narrow(1, i, 1))) { KeyMask = mask, PositionIds = positions.narrow(1, i, 1), Images = images, Cache = cache };
            steps.Add(decoder.Forward(step));
        }

        c.Expect("steps.last_hidden_state", cat(steps, 1), Tolerances.Network);
    }

    public static void RunText(ParityCase c)
    {
        using var quiet = no_grad();
        c.Expect("logits.out", c.Model.Logits(c.Read("logits.in")), Tolerances.Network);

        var options = ReadOptions(c.Metadata["generation"]);
        var generator = new TextGenerator(c.Model);
        foreach (var run in c.Runs(name => name is not ("logits" or "scores")))
        {
            var prompt = c.Model.Batch(c.Read($"{run}.prompt_ids"), c.Read($"{run}.attention_mask"));
            var images = c.Model.VisualTokenizer.Encode(c.Read($"{run}.image_tensors"));
            using (var rows = generator.Prefill(prompt, images))
            {
                c.Expect($"{run}.prefill_last_logits", rows.NextLogits, Tolerances.Network);
            }

            foreach (var (name, setting) in options)
            {
                var ids = generator.Generate(prompt, images, setting);
                c.ExpectIds($"{run}.{name}.text_ids", tensor(ids.SelectMany(row => row).ToArray(), [ids.Length, ids[0].Length]));
            }
        }

        RunScores(c);
    }

    private static void RunScores(ParityCase c)
    {
        var images = c.Read("scores.image_tensors");
        var scores = new List<Tensor>();
        for (var sample = 0; c.Has($"scores.{sample}.text_ids"); sample++)
        {
            var prompt = c.Model.Batch(c.Read($"scores.{sample}.text_ids").unsqueeze(0));
            var encoded = c.Model.VisualTokenizer.Encode(images.narrow(0, sample, 1));
            scores.Add(new CandidateScorer(c.Model).Score(
                prompt, encoded, c.Read($"scores.{sample}.options_ids"), c.Read($"scores.{sample}.options_attn_masks")));
        }

        c.Expect("scores.out", stack(scores, 0).unsqueeze(1), Tolerances.Network);
    }

    private static Dictionary<string, TextOptions> ReadOptions(string json)
    {
        var options = new Dictionary<string, TextOptions>();
        foreach (var run in JsonDocument.Parse(json).RootElement.EnumerateObject())
        {
            double Number(string name, double otherwise) => run.Value.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
            options[run.Name] = new TextOptions
            {
                Sample = false,
                Beams = (int)Number("num_beams", 1),
                MaxNewTokens = (int)Number("max_length", 90),
                MinLength = (int)Number("min_length", 1),
                RepetitionPenalty = Number("repetition_penalty", 1),
                LengthPenalty = Number("length_penalty", 1),
            };
        }

        return options;
    }
}
