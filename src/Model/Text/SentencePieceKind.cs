namespace MmiGrains.Model.Text;

/// <summary>What a piece of a SentencePiece vocabulary is, numbered as in its files.</summary>
internal enum SentencePieceKind
{
    Ordinary = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
