using System.Text;
using MmiGrains.Contracts.Chat;
using MmiGrains.Model.Text;
using MmiGrains.Silo.Http.OpenAi.Models;

namespace MmiGrains.Silo.Http.OpenAi.Chat;

/// <summary>Tokens and their probabilities as clients show them.</summary>
internal static class TokenSpelling
{
    /// <summary>Of a piece of text its tokens; null where their probabilities were not asked for.</summary>
    public static LogProbabilityList? Of(TextDelta delta, ServedNames names) => delta.LogProbabilities is not { } logarithms ? null
        : new LogProbabilityList([.. delta.TokenIds.Zip(logarithms, (id, logarithm) => Of(Spell(names.Tokenizer, id), logarithm))]);

    private static LogProbability Of(string token, float logarithm) => new(token, logarithm, [.. Encoding.UTF8.GetBytes(token).Select(letter => (int)letter)]);

    // A token that is part of a character only is U+FFFD.
    private static string Spell(LlamaTokenizer tokenizer, int id)
    {
        var text = new IncrementalDetokenizer(tokenizer, continues: true);
        return text.Append(id) + text.Flush();
    }
}
