using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using TorchSharp;

namespace MmiGrains.Model.Training;

/// <summary>A recipe with what it names: where its paths lead from, and how its data is opened.</summary>
/// <param name="Recipe">What to do.</param>
/// <param name="Folder">What its paths are relative to.</param>
/// <param name="OpenData">Opens data sets with a seed.</param>
/// <param name="Note">Told of what is worth a line.</param>
public sealed record RecipeSources(
    TrainingRecipe Recipe, string Folder, Func<IReadOnlyList<JsonElement>, ulong, ISampleStream> OpenData, Action<string> Note)
{
    /// <summary>The tokenizer's file; null where the recipe names none.</summary>
    public string? TokenizerPath => Recipe.Tokenizer is { } path ? Path.Combine(Folder, path)
        : Recipe.From is { } folder ? Path.Combine(Folder, folder, ModelFolder.TokenizerName) : null;

    /// <summary>A recipe whose data sets are those of <see cref="DatasetCatalog"/>.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="folder">What its paths are relative to.</param>
    /// <param name="place">What to call the recipe in messages.</param>
    /// <param name="problems">Told of rows that cannot be used.</param>
    /// <param name="note">Told of what is worth a line.</param>
    public static RecipeSources Of(TrainingRecipe recipe, string folder, string place, RowProblems problems, Action<string> note) =>
        new(recipe, folder, (data, seed) => Open(data, folder, place, seed, problems), note);

    /// <summary>Refuses a recipe that cannot be run.</summary>
    /// <exception cref="ConfigException">One sentence says why.</exception>
    public void Check() => RecipeRules.Check(Recipe);

    /// <summary>The model that the recipe begins with, the same each time.</summary>
    /// <exception cref="ConfigException">It cannot be made.</exception>
    public (MmInterleaved Model, MmInterleavedConfig Config) BeginModel()
    {
        torch.manual_seed((long)Recipe.Seed);
        var config = Recipe.Config ?? (Recipe.Model is { } name ? ConfigPresets.Get(name) : ConfigFile.Read(Path.Combine(Folder, Recipe.From!, ModelFolder.ConfigName)));
        config = Recipe.Given?.Adopt(config, Folder) ?? config;
        ConfigRules.Check(config, "the recipe's model");
        RecipeRules.Check(Recipe, config);
        var model = Recipe.From is { } folder ? ModelFolder.Load(Path.Combine(Folder, folder)) : ModelFolder.Create(config);
        Recipe.Given?.Read(model, Folder);
        return (model, config);
    }

    /// <summary>The tokenizer of samples.</summary>
    public SampleTokenizer LoadTokenizer(MmInterleavedConfig config) =>
        new(LlamaTokenizer.Load(TokenizerPath!, embeddingRows: config.Sequence.VocabSizeTotal), config);

    /// <summary>Rows of a data set.</summary>
    /// <param name="data">The data sets.</param>
    /// <param name="stage">How they are packed.</param>
    /// <param name="tokens">Samples to tokens.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="change">Makes another stream of the one that is opened; null for that one.</param>
    public RowPacker OpenRows(
        IReadOnlyList<JsonElement> data, TrainingStage stage, SampleTokenizer tokens, MmInterleavedConfig config, Func<ISampleStream, ISampleStream>? change = null)
    {
        var samples = OpenData(data, Recipe.Seed);
        return new RowPacker(change?.Invoke(samples) ?? samples, tokens, config.SpecialTokens, stage.Packing, Recipe.Seed, Note);
    }

    private static ISampleStream Open(IReadOnlyList<JsonElement> data, string folder, string place, ulong seed, RowProblems problems)
    {
        var sets = new JsonArray([.. data.Select(set => JsonNode.Parse(set.GetRawText()))]);
        var config = DatasetConfig.Parse(sets.Count == 1 && sets[0] is JsonObject ? sets[0]!.ToJsonString() : sets.ToJsonString(), folder, $"'{place}', data");
        return DatasetCatalog.Open(config, (long)(seed & long.MaxValue), problems);
    }
}
