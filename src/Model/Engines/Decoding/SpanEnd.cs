namespace MmiGrains.Model.Engines.Decoding;

/// <summary>Why a span ended.</summary>
public enum SpanEnd
{
    /// <summary>The model ended its text.</summary>
    EndOfText,

    /// <summary>An image comes next: the sequence has got its begin-of-image token.</summary>
    Image,

    /// <summary>As many tokens as were asked for, or as the sequence has room for.</summary>
    Length,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
