using System.Text;

namespace MmiGrains.Model.Text;

/// <summary>
/// The contents of a SentencePiece <c>.model</c> file, read and held to LLaMA's settings: byte-pair merges, byte fallback,
/// identity normalisation, a space put before every text, no spaces removed.
/// </summary>
internal sealed class SentencePieceModel
{
    private const int MaxFileSize = 64 << 20;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly List<SentencePiece> _pieces = [];
    private bool _mergesPairs;
    private bool _fallsBackToBytes;
    private bool _treatsSpaceAsSuffix;
    private bool _addsPrefix = true;
    private bool _removesSpaces = true;
    private bool _escapesSpaces = true;
    private bool _rewritesText;

    private SentencePieceModel()
    {
    }

    public IReadOnlyList<SentencePiece> Pieces => _pieces;

    /// <summary>Reads a model; <paramref name="name"/> is what errors call it.</summary>
    /// <exception cref="InvalidDataException">It is no SentencePiece model, is damaged, or has other settings than LLaMA's.</exception>
    public static SentencePieceModel Read(Stream stream, string name)
    {
        try
        {
            var model = new SentencePieceModel();
            model.Parse(ReadAll(stream));
            model.Check();
            return model;
        }
        catch (Exception exception) when (exception is InvalidDataException or DecoderFallbackException)
        {
            throw new InvalidDataException($"{name} is not a usable SentencePiece model: {exception.Message}.", exception);
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxFileSize)
            {
                throw new InvalidDataException($"it is larger than {MaxFileSize} bytes");
            }
        }

        return bytes.Length > 0 ? bytes.ToArray() : throw new InvalidDataException("it is empty");
    }

    private void Parse(ReadOnlySpan<byte> file)
    {
        var reader = new ProtobufReader(file);
        while (reader.MoveToNextField())
        {
            switch (reader.Field)
            {
                case 1: _pieces.Add(ParsePiece(new ProtobufReader(reader.ReadBytes(out var piece), piece), _pieces.Count)); break;
                case 2: ParseTrainer(new ProtobufReader(reader.ReadBytes(out var trainer), trainer)); break;
                case 3: ParseNormalizer(new ProtobufReader(reader.ReadBytes(out var normalizer), normalizer)); break;
                case 5: ParseDenormalizer(new ProtobufReader(reader.ReadBytes(out var denormalizer), denormalizer)); break;
                default: reader.Skip(); break;
            }
        }
    }

    private static SentencePiece ParsePiece(ProtobufReader reader, int id)
    {
        var (text, score, kind) = ("", 0f, SentencePieceKind.Ordinary);
        while (reader.MoveToNextField())
        {
            switch (reader.Field)
            {
                case 1: text = Utf8(reader.ReadBytes(out _), id); break;
                case 2: score = reader.ReadFloat(); break;
                case 3: kind = (SentencePieceKind)reader.ReadVarint(); break;
                default: reader.Skip(); break;
            }
        }

        var piece = new SentencePiece(text, score, kind);
        return text.Length > 0 && float.IsFinite(score)
            ? piece
            : throw new InvalidDataException(
                $"piece {id} has the text {piece.Quoted} and the score {score}, and needs some text and a finite score");
    }

    private static string Utf8(ReadOnlySpan<byte> bytes, int id)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"the text of piece {id}, {bytes.Length} bytes, is not UTF-8");
        }
    }

    private void ParseTrainer(ProtobufReader reader)
    {
        const ulong bytePairs = 2;
        while (reader.MoveToNextField())
        {
            switch (reader.Field)
            {
                case 3: _mergesPairs = reader.ReadVarint() == bytePairs; break;
                case 24: _treatsSpaceAsSuffix = reader.ReadBool(); break;
                case 35: _fallsBackToBytes = reader.ReadBool(); break;
                default: reader.Skip(); break;
            }
        }
    }

    private void ParseNormalizer(ProtobufReader reader)
    {
        while (reader.MoveToNextField())
        {
            switch (reader.Field)
            {
                case 2: _rewritesText |= reader.ReadBytes(out _).Length > 0; break;
                case 3: _addsPrefix = reader.ReadBool(); break;
                case 4: _removesSpaces = reader.ReadBool(); break;
                case 5: _escapesSpaces = reader.ReadBool(); break;
                default: reader.Skip(); break;
            }
        }
    }

    private void ParseDenormalizer(ProtobufReader reader)
    {
        while (reader.MoveToNextField())
        {
            if (reader.Field == 2)
            {
                _rewritesText |= reader.ReadBytes(out _).Length > 0;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void Check()
    {
        Require(_pieces.Count > 0, "it has no pieces");
        Require(_mergesPairs, "it was not trained for byte-pair merges");
        Require(_fallsBackToBytes, "it has no byte fallback");
        Require(_addsPrefix, "it does not put a space before a text");
        Require(!_removesSpaces, "it removes extra spaces");
        Require(_escapesSpaces && !_treatsSpaceAsSuffix, "it does not mark a word by a U+2581 before it");
        Require(!_rewritesText, "it rewrites characters, where the identity belongs");
        RequirePiece(0, "<unk>", SentencePieceKind.Unknown);
        RequirePiece(1, "<s>", SentencePieceKind.Control);
        RequirePiece(2, "</s>", SentencePieceKind.Control);
        for (var id = 3; id < _pieces.Count; id++)
        {
            var piece = _pieces[id];
            var isSupported = piece.Kind is SentencePieceKind.Ordinary or SentencePieceKind.Byte;
            if (!isSupported)
            {
                throw new InvalidDataException($"piece {id}, {piece.Quoted}, is of the unsupported kind {piece.Kind}");
            }
        }
    }

    private void RequirePiece(int id, string text, SentencePieceKind kind)
    {
        var holds = id < _pieces.Count && _pieces[id].Text == text && _pieces[id].Kind == kind;
        Require(holds, $"piece {id} is not {text} of the kind {kind}");
    }

    private static void Require(bool holds, string complaint)
    {
        if (!holds)
        {
            throw new InvalidDataException(complaint);
        }
    }
}
