using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>A corpus whose rows are an image and its caption.</summary>
internal abstract class CaptionCorpus(CaptionPrompt prompt) : IPromptedConverter, IDisposable
{
    /// <inheritdoc/>
    public IReadOnlyList<string> TextNames { get; } = [CaptionPrompt.Caption];

    /// <inheritdoc/>
    public FewShotExamples? Examples => prompt.Examples;

    /// <inheritdoc/>
    public abstract PromptFields Read(Row row, SeededRandom draws);

    /// <inheritdoc/>
    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note) => prompt.Build(row, Read(row, draws), draws, note);

    /// <inheritdoc/>
    public virtual void Dispose() => prompt.Dispose();

    /// <summary>What a row of an image and a caption says.</summary>
    protected static PromptFields Captioned(ISampleImage image, string caption) => new(image, new Dictionary<string, string> { [CaptionPrompt.Caption] = caption });
}
