namespace MmiGrains.Contracts.Looks;

/// <summary>What of an answer someone asks about: a token, a stretch of text, or a picture; one of them.</summary>
/// <param name="TurnId">Whose answer.</param>
[GenerateSerializer, Immutable, Alias("mmi.LookQuery")]
public sealed record LookQuery([property: Id(0)] string TurnId)
{
    /// <summary>A token's index among those of the answer's text, from 0.</summary>
    [Id(1)]
    public int? Token { get; init; }

    /// <summary>Some characters of a part of the answer.</summary>
    [Id(2)]
    public TextStretch? Text { get; init; }

    /// <summary>SHA-256 of a picture of the answer.</summary>
    [Id(3)]
    public string? Picture { get; init; }

    /// <summary>Where in the picture, 0 to 1; null for all of it.</summary>
    [Id(4)]
    public PicturePlace? Place { get; init; }
}
