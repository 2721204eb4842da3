using System.Buffers;
using System.Text;

namespace MmiGrains.Model.Text;

/// <summary>
/// Turns a stream of ids into text as it comes, never showing half a character. Everything it returned and the final
/// <see cref="Flush"/>, put together, is <see cref="LlamaTokenizer.Decode"/> of the ids with special tokens skipped.
/// </summary>
/// <remarks>At most three bytes of an unfinished character are held back. For one stream; not for several threads.</remarks>
public sealed class IncrementalDetokenizer
{
    private readonly LlamaTokenizer _tokenizer;
    private readonly byte[] _pending = new byte[4];
    private int _pendingCount;
    private bool _isAtStart;

    /// <param name="tokenizer">Whose ids these are.</param>
    /// <param name="continues">
    /// The ids carry on a text that was begun elsewhere, so the space before the first word is real. Without it that space
    /// is the one which encoding put there, and is dropped.
    /// </param>
    public IncrementalDetokenizer(LlamaTokenizer tokenizer, bool continues = false)
    {
        _tokenizer = tokenizer;
        _isAtStart = !continues;
    }

    /// <summary>Takes the next id and returns the text that has become certain, possibly none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary; the stream is as it was before.</exception>
    public string Append(int id)
    {
        // As in the reference, a special token between two bytes of a character does not keep them apart.
        if (_tokenizer.IsSpecial(id))
        {
            return "";
        }

        var wasAtStart = _isAtStart;
        _isAtStart = false;
        var value = _tokenizer.ByteOf(id);
        if (value >= 0)
        {
            _pending[_pendingCount++] = (byte)value;
            return TakeCertain();
        }

        var surface = _tokenizer.SurfaceOf(id);
        surface = wasAtStart && surface[0] == ' ' ? surface[1..] : surface;
        return _pendingCount == 0 ? surface : Flush() + surface;
    }

    /// <summary>Ends the stream: what is still held back can no longer become a character and is U+FFFD, once per byte.</summary>
    public string Flush()
    {
        var text = _pendingCount == 0 ? "" : new string('\uFFFD', _pendingCount);
        _pendingCount = 0;
        return text;
    }

    private string TakeCertain()
    {
        var text = "";
        while (_pendingCount > 0)
        {
            var status = Rune.DecodeFromUtf8(_pending.AsSpan(0, _pendingCount), out var character, out var consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            // SentencePiece gives up one byte at a time, where .NET would drop a whole broken sequence.
            consumed = status == OperationStatus.Done ? consumed : 1;
            text += character.ToString();
            _pendingCount -= consumed;
            _pending.AsSpan(consumed, _pendingCount).CopyTo(_pending);
        }

        return text;
    }
}
