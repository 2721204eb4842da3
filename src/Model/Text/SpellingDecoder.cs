using System.Text;

namespace MmiGrains.Model.Text;

/// <summary>
/// Decodes with special tokens spelled out and spaces where the reference has them: the added tokens and the stretches
/// between them are joined by spaces, and within a stretch a space precedes the text that leads up to <c>&lt;s&gt;</c>,
/// <c>&lt;/s&gt;</c> or <c>&lt;unk&gt;</c>. That space comes before text already read, so this form cannot be streamed.
/// </summary>
internal sealed class SpellingDecoder(LlamaTokenizer tokenizer)
{
    private readonly List<string> _parts = [];
    private readonly StringBuilder _stretch = new();
    private readonly List<int> _text = [];
    private bool _isStretchOpen;

    public string Decode(IReadOnlyList<int> ids)
    {
        foreach (var id in ids)
        {
            Add(id, tokenizer.IsSpecial(id));
        }

        CloseStretch();
        return string.Join(' ', _parts);
    }

    private void Add(int id, bool isSpecial)
    {
        if (tokenizer.IsAdded(id))
        {
            CloseStretch();
            _parts.Add(tokenizer.TokenText(id));
            return;
        }

        _isStretchOpen = true;
        if (isSpecial)
        {
            _stretch.Append(_text.Count > 0 ? " " : "");
            AppendText();
            _stretch.Append(tokenizer.TokenText(id));
        }
        else
        {
            _text.Add(id);
        }
    }

    private void CloseStretch()
    {
        if (_isStretchOpen)
        {
            AppendText();
            _parts.Add(_stretch.ToString());
            _stretch.Clear();
            _isStretchOpen = false;
        }
    }

    private void AppendText()
    {
        _stretch.Append(tokenizer.Decode(_text, skipSpecial: true));
        _text.Clear();
    }
}
