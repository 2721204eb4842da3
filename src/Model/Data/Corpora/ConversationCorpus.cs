using System.Text.Json;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// LLaVA's instructions: {"image", "conversations": [{"from": "human", "value": "&lt;image&gt;\nWhat ...?"}, {"from": "gpt", ...}]}, the
/// image a name or a list of names, or none. What the human says is read, what the model says is trained; a conversation of several
/// rounds stays one sample. An image that no turn mentions comes first, as in the reference.
/// </summary>
internal sealed class ConversationCorpus(ImageFinder images, ImageView view, string system, PromptTemplate prompt) : IRowConverter
{
    private const string Mark = "<image>";

    public static RowCorpus Define(DatasetConfig config)
    {
        var prompt = PromptTemplate.Parse(config.Options.Text("prompt", "USER: {question} ASSISTANT: {answer}"), ["question", "answer"], "question", "answer");
        return RowCorpus.Of(config, new ConversationCorpus(RowCorpus.Images(config), RowCorpus.View(config), config.Options.Text("system", ""), prompt), "conversations");
    }

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        var pictures = Pictures(row, fields);
        var rounds = Rounds(fields.Objects("conversations"));
        var marks = rounds.Sum(round => round.Question.Split(Mark).Length - 1);
        if (marks == 0 && pictures.Count > 0)
        {
            rounds[0] = (string.Concat(Enumerable.Repeat(Mark, pictures.Count)) + rounds[0].Question, rounds[0].Answer);
        }
        else if (marks != pictures.Count)
        {
            throw new RowException("the turns mention another number of images than the row has", $"{marks} and {pictures.Count}");
        }

        var next = 0;
        var pieces = new PieceBuilder().Text(system, isTrained: false);
        for (var i = 0; i < rounds.Count; i++)
        {
            var (question, answer) = rounds[i];
            pieces.Text(i > 0 || system.Length > 0 ? " " : "", isTrained: false);
            prompt.Fill(pieces, (sample, field) =>
            {
                if (field == "answer")
                {
                    sample.Text(answer);
                    return;
                }

                var texts = question.Split(Mark);
                for (var part = 0; part < texts.Length; part++)
                {
                    _ = part > 0 ? sample.Image(pictures[next++], isTrained: false) : sample;
                    sample.Text(texts.Length == 1 ? texts[part] : texts[part].Trim('\n'), isTrained: false); // a line break parts the mark from the text
                }
            });
        }

        return pieces.Build();
    }

    private List<ISampleImage> Pictures(Row row, RowFields fields)
    {
        if (!fields.Has("image"))
        {
            return row.Members.Count > 1 ? [ImageFinder.Single(row, view)] : [];
        }

        var names = fields.Element.GetProperty("image").ValueKind == JsonValueKind.Array ? fields.Texts("image") : [fields.Text("image")];
        return [.. names.Select(name => images.Require(row, name, view))];
    }

    private static List<(string Question, string Answer)> Rounds(IReadOnlyList<RowFields> turns)
    {
        if (turns.Count == 0 || turns.Count % 2 > 0)
        {
            throw new RowException("conversations are not pairs of turns", $"{turns.Count}");
        }

        var rounds = new List<(string, string)>();
        for (var i = 0; i < turns.Count; i += 2)
        {
            if (turns[i].Text("from") is not ("human" or "user") || turns[i + 1].Text("from") is not ("gpt" or "assistant"))
            {
                throw new RowException("turns are not human and gpt by turns", $"'{turns[i].Text("from")}' and '{turns[i + 1].Text("from")}' in round {(i / 2) + 1}");
            }

            var answer = turns[i + 1].Text("value").Trim();
            rounds.Add((turns[i].Text("value").Trim(), answer.Contains(Mark, StringComparison.Ordinal) ? throw new RowException("an answer mentions an image") : answer));
        }

        return rounds;
    }
}
