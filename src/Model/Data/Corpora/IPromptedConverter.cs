using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>A corpus whose rows fill a prompt, so that they may be examples in others' prompts, and have examples in their own.</summary>
internal interface IPromptedConverter : IRowConverter
{
    /// <summary>Names of the texts that its rows have.</summary>
    IReadOnlyList<string> TextNames { get; }

    /// <summary>What comes before each sample; null for nothing.</summary>
    FewShotExamples? Examples { get; }

    /// <summary>What a row says.</summary>
    /// <param name="row">A sound row.</param>
    /// <param name="draws">For what is left to chance in this row and epoch.</param>
    /// <exception cref="RowException">The row cannot be used.</exception>
    PromptFields Read(Row row, SeededRandom draws);
}
