namespace MmiGrains.Model.Engines.Decoding;

/// <summary>Limits of a decoder engine.</summary>
public sealed record DecoderOptions
{
    /// <summary>Tokens of a block of keys and values.</summary>
    public int BlockTokens { get; init; } = 16;

    /// <summary>Blocks; they are allocated at the start. A sequence runs when all that it may come to need are reserved for it.</summary>
    public int Blocks { get; init; } = 1024;

    /// <summary>Sequences that decode at the same time.</summary>
    public int MaxRunning { get; init; } = 32;

    /// <summary>Sequences that may wait.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Tokens of a step: one for each decoding sequence, and the rest for prompts, which are read in pieces.</summary>
    public int TokensPerStep { get; init; } = 64;

    /// <summary>Bytes of images projected for the language model; at least those of one sequence. Of what nobody looks at, the least recently used goes first.</summary>
    public long ProjectedImageBytes { get; init; } = 256L << 20;
}
