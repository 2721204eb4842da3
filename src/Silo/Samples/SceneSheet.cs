using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Silo.Samples;

/// <summary>Samples as rows of captioned pictures.</summary>
internal static class SceneSheet
{
    private const int Columns = 8;
    private const int MostInSharedRow = 2;

    /// <summary>Samples of one picture or two share rows; each of more has its own.</summary>
    public static IReadOnlyList<IReadOnlyList<ContactSheetCell>> Rows(IEnumerable<SceneSample> samples, int side)
    {
        var rows = new List<List<ContactSheetCell>>();
        var isShared = false;
        foreach (var sample in samples)
        {
            var cells = Cells(sample, side);
            if (!isShared || cells.Count > MostInSharedRow || rows[^1].Count + cells.Count > Columns)
            {
                rows.Add([]);
            }

            rows[^1].AddRange(cells);
            isShared = cells.Count <= MostInSharedRow;
        }

        return rows;
    }

    // Where a sample ends with text, each text stands beneath the picture before it, else beneath the one that follows it.
    private static List<ContactSheetCell> Cells(SceneSample sample, int side)
    {
        var isTextLast = sample.Data.Pieces.Any(piece => piece is TurnEndPiece) || sample.Data.Pieces[^1] is TextPiece;
        var pictures = sample.Data.Pieces.OfType<ImagePiece>().Select(piece => piece.Image.Load(side)).ToList();
        var texts = pictures.Select(_ => new List<string>()).ToList();
        texts[0].Add($"{SceneSamples.Name(sample.Task)} {sample.Index % SceneSamples.PerSeed}:");
        var seen = 0;
        foreach (var piece in sample.Data.Pieces)
        {
            if (piece is ImagePiece)
            {
                seen++;
                continue;
            }

            var captions = texts[isTextLast ? Math.Max(seen - 1, 0) : seen];
            if (piece is TextPiece text)
            {
                captions.AddRange(IsAnswer(sample.Task, piece) ? ["=", text.Text] : [text.Text]);
            }
            else if (captions.Count > 0)
            {
                captions[^1] += ";"; // the end of a turn
            }
        }

        return [.. pictures.Zip(texts, (picture, captions) => new ContactSheetCell(picture, string.Join(' ', captions)))];
    }

    private static bool IsAnswer(SceneTask task, SamplePiece piece) =>
        piece.IsTrained && task is (SceneTask.Question or SceneTask.Images or SceneTask.Refer or SceneTask.Conversation or SceneTask.Interview or SceneTask.Album or SceneTask.Series or SceneTask.Twins);
}
