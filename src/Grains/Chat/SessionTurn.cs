using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Chat;

/// <summary>One turn as its events tell it.</summary>
internal sealed class SessionTurn(TurnId id, TurnAccepted accepted)
{
    private readonly List<SequencePart> _answer = [];
    private readonly List<Segment> _segments = [];
    private readonly List<int> _text = []; // tokens since the last image
    private ChatEvent? _end;

    public TurnId Id { get; } = id;

    public TurnAccepted Accepted { get; } = accepted;

    public TurnState State { get; private set; }

    /// <summary>Tokens of the answer's text.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Tokens of text since the last image: those that the sampler has drawn in this span.</summary>
    public int SpanTokens => _text.Count;

    /// <summary>Finished images of the answer.</summary>
    public IReadOnlyList<ImageId> Images => [.. _answer.OfType<ImagePart>().Select(part => part.Image)];

    /// <summary>The image that has begun and is not stored yet; null for none.</summary>
    public ImageStarted? OpenImage { get; private set; }

    /// <summary>The answer's tokens of text: those before its first image, between images, and after the last.</summary>
    public IReadOnlyList<IReadOnlyList<int>> TextRuns
    {
        get
        {
            var runs = new List<List<int>> { new() };
            foreach (var part in _answer)
            {
                if (part is TokenPart text)
                {
                    runs[^1].AddRange(text.Ids);
                }
                else
                {
                    runs.Add([]);
                }
            }

            runs[^1].AddRange(_text);
            return runs;
        }
    }

    public Turn View => new(Id.ToString(), Accepted.Sequence, Accepted.Content, [.. _segments], State)
    {
        Time = Accepted.Time,
        Settings = Accepted.Settings,
        End = _end,
    };

    /// <summary>The turn as a part of a sequence, up to where a run of its text begins.</summary>
    /// <param name="run">Index of the run.</param>
    public IEnumerable<SequencePart> PartsBefore(int run)
    {
        var images = 0;
        return [.. Accepted.Content.Select(PartOf), .. _answer.TakeWhile(part => images < run && (images += part is ImagePart ? 1 : 0) >= 0)];
    }

    /// <summary>The turn as a part of a sequence: what the user said, the answer so far, and its end where it has one.</summary>
    public IEnumerable<SequencePart> Parts()
    {
        foreach (var segment in Accepted.Content)
        {
            yield return PartOf(segment);
        }

        foreach (var part in _answer)
        {
            yield return part;
        }

        if (_text.Count > 0)
        {
            yield return new TokenPart([.. _text]);
        }

        if (State != TurnState.Running)
        {
            yield return new TurnEndPart();
        }
    }

    /// <summary>A segment as a part of a sequence.</summary>
    public static SequencePart PartOf(Segment segment) => segment is ImageSegment image ? new ImagePart(image.Image) : new TextPart(((TextSegment)segment).Text);

    public void Apply(ChatEvent e)
    {
        _end ??= e.EndsTurn ? e : null;
        switch (e)
        {
            case TextDelta delta:
                TokenCount += delta.TokenIds.Count;
                _text.AddRange(delta.TokenIds);
                Say(delta.Text);
                break;
            case ImageStarted started:
                OpenImage = started;
                break;
            case ImageCompleted completed:
                if (_text.Count > 0)
                {
                    _answer.Add(new TokenPart([.. _text]));
                    _text.Clear();
                }

                _answer.Add(new ImagePart(completed.Image));
                _segments.Add(new ImageSegment(completed.Image));
                OpenImage = null;
                break;
            case TurnCompleted:
                State = TurnState.Completed;
                break;
            case TurnCancelled:
                State = TurnState.Cancelled;
                break;
            case TurnFailed:
                State = TurnState.Failed;
                break;
        }
    }

    private void Say(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_segments is [.., TextSegment last])
        {
            _segments[^1] = new TextSegment(last.Text + text);
        }
        else
        {
            _segments.Add(new TextSegment(text));
        }
    }
}
