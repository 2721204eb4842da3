namespace MmiGrains.Model.Data;

/// <summary>A run of text, or one image, in a <see cref="DataSample"/>.</summary>
/// <param name="IsTrained">Whether the model learns to produce it; what is not trained is only read, as a question is.</param>
public abstract record SamplePiece(bool IsTrained);

/// <summary>A run of text, not empty, without placeholders.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsTrained">Whether the model learns to write it.</param>
public sealed record TextPiece(string Text, bool IsTrained = true) : SamplePiece(IsTrained)
{
    /// <summary>The options that it is one of; null where it is none.</summary>
    public AnswerChoice? Choice { get; init; }
}

/// <summary>The end of an answer that the sample goes on after: an end-of-sequence token, as the model ends a turn of a conversation.</summary>
public sealed record TurnEndPiece() : SamplePiece(IsTrained: true);

/// <summary>One image.</summary>
/// <param name="Image">Its pixels, when they are asked for.</param>
/// <param name="IsTrained">Whether the model learns to paint it.</param>
public sealed record ImagePiece(ISampleImage Image, bool IsTrained = true) : SamplePiece(IsTrained);
