using System.Text.Json.Nodes;

namespace MmiGrains.Model.Inference;

/// <summary>One sample of the reference's inference file.</summary>
/// <param name="Sentences">Text, piece by piece; joined by spaces.</param>
/// <param name="Images">Paths of the images, in order.</param>
/// <param name="SentenceIndices">For each image the sentence it belongs to.</param>
/// <param name="ImageFirst">For each image whether it comes before that sentence.</param>
public sealed record InferenceSample(
    IReadOnlyList<string> Sentences, IReadOnlyList<string> Images, IReadOnlyList<int> SentenceIndices, IReadOnlyList<bool> ImageFirst)
{
    /// <summary>"generate_texts" or "generate_images": what comes first; null for the command's choice.</summary>
    public string? GenerateMode { get; init; }

    /// <summary>Turns of generation; null for the command's choice.</summary>
    public int? IterationCount { get; init; }

    /// <summary>Scripted text for each turn, "" where the model's own stands; null for none.</summary>
    public IReadOnlyList<string>? MultiroundContext { get; init; }

    /// <summary>The sample as it stood in the file, every field of it; results are added to it.</summary>
    public required JsonObject Source { get; init; }

    /// <summary>The whole text with placeholders: each image is one begin-of-image token and its visual tokens.</summary>
    public string ToPrompt(int tokensPerImage)
    {
        const string begin = "<|beginofimage|>", token = "<|image|>";
        var image = begin + string.Concat(Enumerable.Repeat(token, tokensPerImage));
        var sentences = Sentences.ToArray();
        foreach (var (index, first) in SentenceIndices.Zip(ImageFirst))
        {
            sentences[index] = first ? image + sentences[index] : sentences[index] + image;
        }

        // Spaces beside an image go, one at each place, in the reference's order.
        return string.Join(' ', sentences)
            .Replace(token + " ", token, StringComparison.Ordinal)
            .Replace(" " + token, token, StringComparison.Ordinal)
            .Replace(" " + begin, begin, StringComparison.Ordinal)
            .Replace(begin + " ", begin, StringComparison.Ordinal);
    }
}
