using MmiGrains.Model.Data;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Evaluation;

/// <summary>Lets a model write what follows each of many prompts, greedily, some prompts at a time.</summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="batchSize">Prompts at a time.</param>
public sealed class AnswerWriter(MmInterleaved model, LlamaTokenizer tokenizer, int batchSize)
{
    private readonly SampleTokenizer _samples = new(tokenizer, model.Config);
    private readonly TextGenerator _generator = new(model);

    /// <summary>The texts that follow.</summary>
    /// <param name="prompts">What is given: the pieces before the answer.</param>
    /// <param name="maxTokens">Tokens of an answer, at most.</param>
    public IReadOnlyList<string> Write(IReadOnlyList<IReadOnlyList<SamplePiece>> prompts, int maxTokens) =>
        [.. WriteToEnd(prompts, maxTokens).Select(written => written.Text)];

    /// <summary>The texts that follow, and how each ends.</summary>
    /// <param name="prompts">What is given: the pieces before the answer.</param>
    /// <param name="maxTokens">Tokens of an answer, at most.</param>
    public IReadOnlyList<WrittenText> WriteToEnd(IReadOnlyList<IReadOnlyList<SamplePiece>> prompts, int maxTokens)
    {
        // Prompts of about the same length go together, so that little is padded.
        var rows = prompts.Select(pieces => PromptRows.Before(_samples, pieces)).ToArray();
        var order = Enumerable.Range(0, rows.Length).OrderBy(i => rows[i].Ids.Count).ToArray();
        var answers = new WrittenText[rows.Length];
        foreach (var chunk in order.Chunk(batchSize))
        {
            var texts = Write([.. chunk.Select(i => rows[i])], maxTokens);
            for (var i = 0; i < chunk.Length; i++)
            {
                answers[chunk[i]] = texts[i];
            }
        }

        return answers;
    }

    private WrittenText[] Write(IReadOnlyList<TokenizedSample> rows, int maxTokens)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (ids, real) = PromptRows.Pad([.. rows.Select(row => row.Ids)], model.Config.SpecialTokens.Pad, onLeft: true);
        var images = PromptRows.Encode(model, [.. rows.SelectMany(row => row.Images).Select(image => image.ForEncoder)]);
        var options = new TextOptions { Sample = false, MinLength = 0, RepetitionPenalty = 1, MaxNewTokens = maxTokens };
        var written = _generator.Generate(model.Batch(ids, real), images, options);
        return [.. written.Select(Read)];
    }

    private WrittenText Read(long[] row)
    {
        var special = model.Config.SpecialTokens;
        var end = Array.FindIndex(row, 1, id => id == special.Eos || id == special.Soi);
        var ending = end < 0 ? TextEnding.None : row[end] == special.Soi ? TextEnding.Picture : TextEnding.Answer;
        return new WrittenText(tokenizer.Decode([.. row[1..(end < 0 ? row.Length : end)].Select(id => (int)id)], skipSpecial: true).Trim(), ending);
    }
}
