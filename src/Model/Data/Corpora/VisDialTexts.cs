using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>The questions and answers that one file's dialogs consist of.</summary>
internal sealed class VisDialTexts : IDisposable
{
    public VisDialTexts(string file)
    {
        Questions = new TextIndex(file, "data.questions");
        Answers = new TextIndex(file, "data.answers");
    }

    public TextIndex Questions { get; }

    public TextIndex Answers { get; }

    public void Dispose()
    {
        Questions.Dispose();
        Answers.Dispose();
    }
}
