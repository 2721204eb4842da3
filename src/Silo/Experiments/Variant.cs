using MmiGrains.Model.Interleaved;

namespace MmiGrains.Silo.Experiments;

/// <summary>A model that differs from the base in one thing, and is trained like it.</summary>
/// <param name="Name">A folder's name.</param>
/// <param name="Title">What differs.</param>
/// <param name="Change">Changes the base's configuration.</param>
internal sealed record Variant(string Name, string Title, Func<MmInterleavedConfig, MmInterleavedConfig> Change)
{
    private const int BaseTokens = 8;

    /// <summary>All of them: the paper's ablations, and the three questions that it leaves open.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("base", "base: 8 visual tokens, MMFS in both, levels 16, 8 and 4, the UNet looks at 1 image", config => config),
        new("no-language", "MMFS off in the language model", config => WithMmfs(config, false, true)),
        new("no-decoder", "MMFS off in the image decoder", config => WithMmfs(config, true, false)),
        new("no-mmfs", "MMFS off in both", config => WithMmfs(config, false, false)),
        new("tokens-4", "4 visual tokens", config => WithTokens(config, 4)),
        new("tokens-4-no-mmfs", "4 visual tokens, MMFS off in both", config => WithMmfs(WithTokens(config, 4), false, false)),
        new("tokens-16", "16 visual tokens", config => WithTokens(config, 16)),
        new("tokens-16-no-mmfs", "16 visual tokens, MMFS off in both", config => WithMmfs(WithTokens(config, 16), false, false)),
        new("tokens-32", "32 visual tokens", config => WithTokens(config, 32)),
        new("tokens-32-no-mmfs", "32 visual tokens, MMFS off in both", config => WithMmfs(WithTokens(config, 32), false, false)),
        new("level-16", "the level of 16 x 16 alone", config => WithLevel(config, 16)),
        new("level-4", "the level of 4 x 4 alone", config => WithLevel(config, 4)),
        new("look-back-2", "the UNet looks at 2 images", config => WithLookBack(config, 2)),
        new("look-back-4", "the UNet looks at 4 images", config => WithLookBack(config, 4)),
    ];

    /// <summary>Its configuration.</summary>
    /// <param name="preset">What all are made of.</param>
    public MmInterleavedConfig Of(MmInterleavedConfig preset) => Change(WithTokens(preset, BaseTokens));

    private static MmInterleavedConfig WithMmfs(MmInterleavedConfig config, bool inLanguageModel, bool inImageDecoder) =>
        config with { Ablation = new() { MmfsInLanguageModel = inLanguageModel, MmfsInImageDecoder = inImageDecoder } };

    private static MmInterleavedConfig WithTokens(MmInterleavedConfig config, int count) => config with
    {
        Sequence = config.Sequence with { NumImgToken = count },
        VisualResampler = config.VisualResampler with { NumQueries = count },
    };

    private static MmInterleavedConfig WithLevel(MmInterleavedConfig config, int level) => config with
    {
        Llm = config.Llm with { Mmfs = config.Llm.Mmfs with { Levels = [level] } },
        ImageDecoder = config.ImageDecoder with { Mmfs = config.ImageDecoder.Mmfs with { Levels = [level] } },
    };

    private static MmInterleavedConfig WithLookBack(MmInterleavedConfig config, int count) =>
        config with { ImageDecoder = config.ImageDecoder with { ContextImages = count } };
}
