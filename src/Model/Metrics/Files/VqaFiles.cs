using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Vqa;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// The files of visual question answering. VQA: annotations <c>{"annotations": [{"question_id", "answers": [{"answer"}], "answer_type"}]}</c>
/// and results <c>[{"question_id", "answer"}]</c>. VizWiz: annotations are a list, and <c>"image"</c> stands for <c>"question_id"</c> in both.
/// </summary>
public static class VqaFiles
{
    /// <summary>Every question of the annotations with its generated answer, and whose rules go for them.</summary>
    /// <exception cref="DataException">A file cannot be read, or the results are not one for each question.</exception>
    public static (IReadOnlyList<VqaQuestion> Questions, VqaProtocol Protocol) Read(string annotations, string results)
    {
        var answers = JsonInput.Read(results, ReadAnswers);
        var (questions, protocol) = JsonInput.Read(annotations, file =>
            (ReadQuestions(file, answers, results), file.IsList ? VqaProtocol.VizWiz : VqaProtocol.Vqa));
        return answers.Count == 0
            ? (questions, protocol)
            : throw new DataException($"'{results}': question '{answers.Keys.First()}' is not in '{annotations}'.");
    }

    // Takes out the answers that it finds a question for.
    private static List<VqaQuestion> ReadQuestions(JsonPlace file, Dictionary<string, string> answers, string results)
    {
        var questions = new List<VqaQuestion>();
        foreach (var entry in (file.IsList ? file : file["annotations"]).Entries())
        {
            var question = entry[file.IsList ? "image" : "question_id"].Id();
            if (!answers.Remove(question, out var generated))
            {
                throw entry.Wrong($"question '{question}' has no answer in '{results}', or stands here twice");
            }

            string[] known = [.. entry["answers"].Entries().Select(answer => answer["answer"].Text())];
            questions.Add(known.Length > 0
                ? new VqaQuestion(generated, known, entry.Optional("answer_type")?.Text() ?? "")
                : throw entry["answers"].Wrong("holds no answer"));
        }

        return questions.Count > 0 ? questions : throw file.Wrong("holds no question");
    }

    private static Dictionary<string, string> ReadAnswers(JsonPlace file)
    {
        var answers = new Dictionary<string, string>();
        foreach (var entry in file.Entries())
        {
            var question = (entry.Optional("image") ?? entry["question_id"]).Id();
            if (!answers.TryAdd(question, entry["answer"].Text()))
            {
                throw entry.Wrong($"question '{question}' already has an answer, and a question has one");
            }
        }

        return answers;
    }
}
