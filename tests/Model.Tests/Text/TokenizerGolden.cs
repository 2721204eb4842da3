using System.Text.Json;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Text;

/// <summary>The recorded tokenizer and what the reference answered.</summary>
internal static class TokenizerGolden
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string ModelPath { get; } = Golden.Path("tokenizer", "tokenizer.model");

    public static LlamaTokenizer Plain { get; } = LlamaTokenizer.Load(ModelPath);

    public static LlamaTokenizer Grounded { get; } = LlamaTokenizer.Load(ModelPath, grounding: true);

    public static ReferenceAnswers Reference { get; } = Read<ReferenceAnswers>("cases.json");

    public static SentencePieceAnswers SentencePiece { get; } = Read<SentencePieceAnswers>("sentencepiece.json");

    public static LlamaTokenizer Of(ReferenceCase recorded) => recorded.Grounding ? Grounded : Plain;

    private static T Read<T>(string file) => JsonSerializer.Deserialize<T>(File.ReadAllText(Golden.Path("tokenizer", file)), Options)!;
}

internal sealed record ReferenceAnswers(
    Dictionary<string, int> Special, Dictionary<string, int> SpecialGrounding, int VocabSize, ReferenceCase[] Cases);

internal sealed record ReferenceCase(
    bool Grounding, string? Kind, string Text, int[] Ids, int[] IdsWithoutBos, string[] Tokens,
    string Decoded, string DecodedSkipSpecial, string[] PrefixDecoded);

internal sealed record SentencePieceAnswers(EncodeCase[] Encode, DecodeCase[] Decode);

internal sealed record EncodeCase(string Text, int[] Ids);

internal sealed record DecodeCase(int[] Ids, string Text);
