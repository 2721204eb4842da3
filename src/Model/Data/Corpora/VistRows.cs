using System.Text.Json;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// The rows of a VIST file put together to stories: its "annotations" are lists of one sentence each, and those of a story follow each
/// other. A story is a row whose content is the list of its sentences.
/// </summary>
internal sealed class VistRows : IRowReader
{
    private readonly JsonArrayReader _sentences;
    private Row? _ahead;
    private RowPosition _aheadPosition;
    private string? _aheadStory;

    public VistRows(string file, RowPosition start)
    {
        _sentences = new JsonArrayReader(file, "annotations", start);
        ReadAhead();
    }

    public RowPosition Position => _ahead is null ? RowPosition.End : _aheadPosition;

    public Row? Read()
    {
        if (_ahead is not { } first || _aheadStory is not { } story)
        {
            var damaged = _ahead;
            ReadAhead();
            return damaged;
        }

        var content = new MemoryStream();
        content.WriteByte((byte)'[');
        while (_ahead is { } sentence && _aheadStory == story)
        {
            content.Write(content.Length > 1 ? ","u8 : []);
            content.Write(sentence.Content.Span);
            ReadAhead();
        }

        content.WriteByte((byte)']');
        return first with { Content = content.ToArray() };
    }

    public void Dispose() => _sentences.Dispose();

    // A sentence that names no story is a row of its own, which says what is wrong.
    private void ReadAhead()
    {
        _aheadPosition = _sentences.Position;
        (_ahead, _aheadStory) = (_sentences.Read(), null);
        if (_ahead is not { Problem: null } row)
        {
            return;
        }

        try
        {
            using var annotation = JsonDocument.Parse(row.Content);
            _aheadStory = VistCorpus.Sentence(annotation.RootElement).Identifier("story_id");
        }
        catch (RowException problem)
        {
            _ahead = row with { Problem = problem };
        }
    }
}
