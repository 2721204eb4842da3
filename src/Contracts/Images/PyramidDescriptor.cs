namespace MmiGrains.Contracts.Images;

/// <summary>An image's features as another silo fetches them: one run of bytes in pieces.</summary>
/// <param name="Encoder">Which encoder made them: the hash of its weights and the version of what is done to pixels before.</param>
/// <param name="ByteCount">Bytes in all.</param>
/// <param name="PieceBytes">Bytes of each piece but the last.</param>
[GenerateSerializer, Immutable, Alias("mmi.PyramidDescriptor")]
public sealed record PyramidDescriptor([property: Id(0)] string Encoder, [property: Id(1)] long ByteCount, [property: Id(2)] int PieceBytes)
{
    /// <summary>Bytes of a piece at most: messages between silos stay small.</summary>
    public const int LargestPiece = 4 << 20;

    /// <summary>Pieces.</summary>
    public int PieceCount => (int)((ByteCount + PieceBytes - 1) / PieceBytes);
}
