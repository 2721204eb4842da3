using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Inference;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using IO = System.IO;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi generate</c>: runs the reference's inference file on a model, text and images in turn.</summary>
internal static class GenerateCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Argument<string> File = new("annt.json") { Description = "The inference file: a list of samples with sentences and images." };
    private static readonly Option<string> Model = new("--model") { Description = "Folder with config.json, weights and tokenizer.model.", Required = true };
    private static readonly Option<string> Output = new("--out") { Description = "Folder for eval_results_TIME.json and gen_img_TIME/.", DefaultValueFactory = _ => "out" };
    private static readonly Option<string> Mode = new("--generate-mode") { Description = "What comes first where a sample does not say: generate_texts or generate_images.", DefaultValueFactory = _ => "generate_texts" };
    private static readonly Option<int> Iterations = new("--num-iter") { Description = "Turns where a sample does not say.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> AutoEnd = new("--auto-end") { Description = "End when the model ends; --num-iter is then the most for every sample." };
    private static readonly Option<bool> ForceImage = new("--force-gen-image-next") { Description = "An image follows every text." };
    private static readonly Option<bool> ReplaceText = new("--force-replace-gen-text") { Description = "A sample's multiround_context takes the place of generated text." };
    private static readonly Option<int> Beams = new("--num-beams") { Description = "Beams; above 1 there is no sampling.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Greedy = new("--greedy") { Description = "Take the likeliest token instead of sampling." };
    private static readonly Option<int> MaxLength = new("--max-length") { Description = "New tokens per text, at most.", DefaultValueFactory = _ => 90 };
    private static readonly Option<int> MinLength = new("--min-length") { Description = "Tokens before which a text may not end.", DefaultValueFactory = _ => 8 };
    private static readonly Option<double> TopP = new("--top-p") { Description = "Nucleus of the sampling.", DefaultValueFactory = _ => 0.9 };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "Temperature of the sampling.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> RepetitionPenalty = new("--repetition-penalty") { Description = "Above 1, makes repetition less likely.", DefaultValueFactory = _ => 1.3 };
    private static readonly Option<double> LengthPenalty = new("--length-penalty") { Description = "Power of the length in a beam's score.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Steps = new("--steps") { Description = "Denoising steps per image.", DefaultValueFactory = _ => 30 };
    private static readonly Option<double> Guidance = new("--guidance-scale") { Description = "Guidance scale; 1 does without.", DefaultValueFactory = _ => 7.5 };
    private static readonly Option<string> Scheduler = new("--scheduler") { Description = "ddpm (as the reference), ddim or dpm++.", DefaultValueFactory = _ => "ddpm" };
    private static readonly Option<string> Quantize = new("--quantize") { Description = "Keep the language model's weights in fewer bits: q8, q4, or bf16.", HelpName = "q8|q4|bf16" };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of sampling and of every image.", DefaultValueFactory = _ => 42 };

    public static Command Create()
    {
        var command = new Command("generate", "Run an inference file (annt.json) of text and images through a model.")
        {
            File, Model, Output, Mode, Iterations, AutoEnd, ForceImage, ReplaceText, Beams, Greedy, MaxLength, MinLength, TopP, Temperature,
            RepetitionPenalty, LengthPenalty, Steps, Guidance, Scheduler, Quantize, Seed,
        };
        Quantize.AcceptOnlyFromAmong("q8", "q4", "bf16");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult given)
    {
        var path = given.GetValue(File)!;
        var samples = InferenceFile.Read(path);
        var options = ReadOptions(given);
        foreach (var image in samples.SelectMany(sample => options.PaintsFirst(sample) ? sample.Images.SkipLast(1) : sample.Images))
        {
            _ = Find(image, path);
        }

        var folder = given.GetValue(Model)!;
        var model = ModelFolder.Load(folder);
        model.PrepareForInference(given.GetValue(Quantize) switch
        {
            "q8" => WeightFormat.Q8,
            "q4" => WeightFormat.Q4,
            "bf16" => WeightFormat.BFloat16,
            _ => WeightFormat.Float32,
        });
        var tokenizer = LlamaTokenizer.Load(Path.Combine(folder, ModelFolder.TokenizerName), embeddingRows: model.Config.Sequence.VocabSizeTotal);

        var suffix = DateTime.Now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var output = given.GetValue(Output)!;
        var (pictures, summary) = (Path.Combine(output, $"gen_img_{suffix}"), Path.Combine(output, $"eval_results_{suffix}.json"));
        var unfinished = Directory.CreateDirectory(pictures + ".tmp").FullName;
        try
        {
            var results = RunAll(samples, path, unfinished, new InferenceRunner(model, tokenizer, options), given.InvocationConfiguration.Output);
            Directory.Move(unfinished, pictures);
            IO.File.WriteAllText(summary + ".tmp", results.ToJsonString(Readable) + "\n");
            IO.File.Move(summary + ".tmp", summary);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }

        given.InvocationConfiguration.Output.WriteLine($"{samples.Count} samples: {summary}, pictures in {pictures}");
        return 0;
    }

    private static JsonArray RunAll(IReadOnlyList<InferenceSample> samples, string path, string pictures, InferenceRunner runner, TextWriter output)
    {
        var results = new JsonArray();
        for (var i = 0; i < samples.Count; i++)
        {
            var (index, result) = (i, (JsonObject)samples[i].Source.DeepClone());
            var generated = runner.Run(
                samples[i],
                image => IO.File.OpenRead(Find(image, path)),
                (turn, png) => Save(pictures, $"{index}_{turn}_0.png", png),
                shown => output.WriteLine($"{index}: {shown}"));
            result["generate_results"] = new JsonArray([.. generated.Select(item => JsonValue.Create(item))]);
            results.Add(result);
        }

        return results;
    }

    private static InferenceOptions ReadOptions(ParseResult given)
    {
        var text = new TextOptions
        {
            Beams = given.GetValue(Beams),
            Sample = !given.GetValue(Greedy) && given.GetValue(Beams) == 1,
            MaxNewTokens = given.GetValue(MaxLength),
            MinLength = given.GetValue(MinLength),
            TopP = given.GetValue(TopP),
            Temperature = given.GetValue(Temperature),
            RepetitionPenalty = given.GetValue(RepetitionPenalty),
            LengthPenalty = given.GetValue(LengthPenalty),
            Seed = given.GetValue(Seed),
        };
        var image = new DenoisingOptions(given.GetValue(Steps), given.GetValue(Guidance), given.GetValue(Scheduler)!);
        text.Check();
        image.Check();
        return new InferenceOptions
        {
            GenerateMode = given.GetValue(Mode)!,
            IterationCount = given.GetValue(Iterations),
            AutoEnd = given.GetValue(AutoEnd),
            ForceImageNext = given.GetValue(ForceImage),
            ReplaceText = given.GetValue(ReplaceText),
            Text = text,
            Image = image,
            ImageSeed = given.GetValue(Seed),
        };
    }

    // A path is taken from the working folder, as in the reference, or else from beside the file that names it.
    private static string Find(string image, string inferenceFile)
    {
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(inferenceFile))!, image);
        return IO.File.Exists(image) ? image : IO.File.Exists(beside) ? beside
            : throw new InferenceException($"'{inferenceFile}': the image '{image}' does not exist.");
    }

    private static string Save(string folder, string name, byte[] content)
    {
        IO.File.WriteAllBytes(Path.Combine(folder, name), content);
        return name;
    }
}
