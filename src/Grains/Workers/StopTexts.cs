namespace MmiGrains.Grains.Workers;

/// <summary>Lets text through until a stop text comes, holding back what may be the beginning of one.</summary>
internal sealed class StopTexts(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether a stop text has come: nothing more is let through.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Text that can no longer be part of a stop text.</summary>
    public string Append(string text)
    {
        if (stops.Count == 0 || IsStopped)
        {
            return IsStopped ? "" : text;
        }

        _held += text;
        var found = stops.Select(stop => _held.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        IsStopped = found >= 0;
        var certain = IsStopped ? found : _held.Length - stops.Max(stop => LongestBeginning(_held, stop));
        var through = _held[..certain];
        _held = IsStopped ? "" : _held[certain..];
        return through;
    }

    /// <summary>What is still held back, where the text has ended otherwise.</summary>
    public string Flush()
    {
        var through = _held;
        _held = "";
        return through;
    }

    // How many of the text's last characters are a stop text's first.
    private static int LongestBeginning(string text, string stop)
    {
        for (var length = Math.Min(text.Length, stop.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
