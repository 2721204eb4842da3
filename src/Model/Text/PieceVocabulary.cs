using System.Globalization;

namespace MmiGrains.Model.Text;

/// <summary>
/// The pieces of a SentencePiece model arranged for looking up: which texts merge and in what order, which characters may
/// meet inside a piece, and which piece stands for which byte.
/// </summary>
internal sealed class PieceVocabulary
{
    public const char Space = '\u2581';

    private readonly IReadOnlyList<SentencePiece> _pieces;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _mergeable;
    private readonly HashSet<int> _neighbours = [];
    private readonly int[] _ranks;
    private readonly int[] _idsOfBytes = new int[256];
    private readonly int[] _bytesOfIds;

    /// <exception cref="InvalidDataException">Two pieces are alike, or a byte has no piece or two.</exception>
    public PieceVocabulary(SentencePieceModel model, string name)
    {
        _pieces = model.Pieces;
        _ranks = RankByScore(_pieces);
        _bytesOfIds = new int[_pieces.Count];
        Array.Fill(_bytesOfIds, -1);
        Array.Fill(_idsOfBytes, -1);

        // Only ordinary pieces can come out of a merge: text that spells a control or byte piece stays text.
        var mergeable = new Dictionary<string, int>(_pieces.Count, StringComparer.Ordinal);
        for (var id = 0; id < _pieces.Count; id++)
        {
            var piece = _pieces[id];
            if (piece.Kind == SentencePieceKind.Byte)
            {
                AddByte(id, piece, name);
            }
            else if (piece.Kind == SentencePieceKind.Ordinary)
            {
                if (!mergeable.TryAdd(piece.Text, id))
                {
                    throw new InvalidDataException($"{name}: piece {id} repeats the text {piece.Quoted} of another piece.");
                }

                AddNeighbours(piece.Text);
            }
        }

        var missing = Array.IndexOf(_idsOfBytes, -1);
        if (missing >= 0)
        {
            throw new InvalidDataException($"{name}: no piece stands for the byte {missing:X2}.");
        }

        _mergeable = mergeable.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => _pieces.Count;

    public string TextOf(int id) => _pieces[id].Text;

    /// <summary>The byte for which a piece stands, or -1.</summary>
    public int ByteOf(int id) => _bytesOfIds[id];

    public int IdOfByte(byte value) => _idsOfBytes[value];

    /// <summary>The ordinary piece of exactly this text.</summary>
    public bool TryGetId(ReadOnlySpan<char> text, out int id) => _mergeable.TryGetValue(text, out id);

    /// <summary>Place in the order of merging: 0 for the highest score, equal for equal scores.</summary>
    public int RankOf(int id) => _ranks[id];

    /// <summary>False when no piece holds these two UTF-16 units side by side, so that no merge can ever join them.</summary>
    public bool MayMeet(char left, char right) => _neighbours.Contains(left << 16 | right);

    private static int[] RankByScore(IReadOnlyList<SentencePiece> pieces)
    {
        var scores = pieces.Select(piece => piece.Score).Distinct().OrderDescending().ToArray();
        var rankOfScore = scores.Index().ToDictionary(score => score.Item, score => score.Index);
        return [.. pieces.Select(piece => rankOfScore[piece.Score])];
    }

    private void AddByte(int id, SentencePiece piece, string name)
    {
        var text = piece.Text;
        var isByte = text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>';
        var value = byte.MinValue;
        isByte = isByte && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (!isByte || _idsOfBytes[value] >= 0)
        {
            throw new InvalidDataException($"{name}: byte piece {id}, {piece.Quoted}, does not name a byte that no other piece names.");
        }

        _idsOfBytes[value] = id;
        _bytesOfIds[id] = value;
    }

    private void AddNeighbours(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            _neighbours.Add(text[i - 1] << 16 | text[i]);
        }
    }
}
