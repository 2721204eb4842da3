namespace MmiGrains.Model.Interleaved;

/// <summary>Where an image begins.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Soi">Position of its begin-of-image token.</param>
/// <param name="NearestBos">Position that its context starts from.</param>
public sealed record ImagePlace(long Row, long Soi, long NearestBos)
{
    /// <summary>Tokens of its context, the begin-of-image token included.</summary>
    public long ContextLength => Soi - NearestBos + 1;
}
