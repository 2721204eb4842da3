using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Puts text and images together as the reference writes sequences: neighbouring texts of one kind are one piece, beside an image one
/// space goes, and a space between what is read and what is trained belongs to the latter, where a tokenizer wants it.
/// </summary>
internal sealed class PieceBuilder
{
    private readonly List<SamplePiece> _pieces = [];

    /// <summary>Adds text; none where it is empty.</summary>
    public PieceBuilder Text(string text, bool isTrained = true)
    {
        if (text.Length == 0)
        {
            return this;
        }

        if (_pieces is [.., TextPiece { Choice: null } last] && last.IsTrained == isTrained)
        {
            _pieces[^1] = last with { Text = last.Text + text };
        }
        else
        {
            _pieces.Add(new TextPiece(text, isTrained));
        }

        return this;
    }

    /// <summary>Adds a trained text that is one of several options.</summary>
    public PieceBuilder Answer(string text, AnswerChoice? choice)
    {
        if (choice is null)
        {
            return Text(text);
        }

        _pieces.Add(new TextPiece(text) { Choice = choice });
        return this;
    }

    /// <summary>Adds an image.</summary>
    public PieceBuilder Image(ISampleImage image, bool isTrained = true)
    {
        _pieces.Add(new ImagePiece(image, isTrained));
        return this;
    }

    /// <summary>
    /// Adds sentences, joined by spaces, with images before or after the sentence they belong to. Where one sentence has several, they
    /// come in the order they are given.
    /// </summary>
    public PieceBuilder Interleaved(IReadOnlyList<string> sentences, IReadOnlyList<(ISampleImage Image, int Sentence, bool First)> images)
    {
        // As in the reference, places are made first and images then take them in the order given.
        var before = new int[sentences.Count];
        var after = new int[sentences.Count];
        foreach (var (_, sentence, first) in images)
        {
            (first ? before : after)[sentence]++;
        }

        var next = 0;
        for (var i = 0; i < sentences.Count; i++)
        {
            Text(i > 0 ? " " : "");
            AddImages(before[i]);
            Text(sentences[i]);
            AddImages(after[i]);
        }

        return this;

        void AddImages(int count)
        {
            for (; count > 0; count--)
            {
                Image(images[next++].Image);
            }
        }
    }

    /// <summary>The pieces.</summary>
    /// <exception cref="RowException">There are none.</exception>
    public IReadOnlyList<SamplePiece> Build()
    {
        var pieces = new List<SamplePiece>(_pieces.Count);
        var space = "";
        for (var i = 0; i < _pieces.Count; i++)
        {
            if (_pieces[i] is not TextPiece piece)
            {
                pieces.Add(_pieces[i]);
                space = "";
                continue;
            }

            var text = space + piece.Text;
            text = pieces is [.., ImagePiece] && text.StartsWith(' ') ? text[1..] : text;
            space = i + 1 < _pieces.Count && text.EndsWith(' ') ? " " : "";
            text = text[..^space.Length];
            if (text.Length > 0)
            {
                pieces.Add(piece with { Text = text });
            }
        }

        return pieces.Count > 0 ? pieces : throw new RowException("the row has neither text nor an image");
    }
}
