namespace MmiGrains.Model.Interleaved;

/// <summary>
/// The paper's switches: with a look at images off, the language model knows images by their visual tokens alone, and the image decoder by
/// the language model's context alone. Weights stay where they are, so that a trained model can be measured with and without.
/// </summary>
public sealed record AblationConfig
{
    /// <summary>Whether the language model's layers look at images.</summary>
    public bool MmfsInLanguageModel { get; init; } = true;

    /// <summary>Whether the UNet looks at images.</summary>
    public bool MmfsInImageDecoder { get; init; } = true;
}
