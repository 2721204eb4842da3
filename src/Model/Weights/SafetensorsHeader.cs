using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>
/// Reads the JSON header of a safetensors file and believes nothing in it: names are unique, every field is known,
/// every size follows from its shape, and the tensors together cover the data exactly once.
/// </summary>
internal ref struct SafetensorsHeader
{
    /// <summary>The format's own bound on a header.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    /// <summary>Far above any model here; bounds the memory that a hostile header can claim.</summary>
    public const int MaxTensors = 65_536;

    /// <summary>Bounds the names and the notes together, for the same reason.</summary>
    public const int MaxTextBytes = 16 << 20;

    public const string MetadataKey = "__metadata__";

    private readonly string _path;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private readonly List<TensorEntry> _entries = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, string> _metadata = [];
    private Utf8JsonReader _json;
    private int _textBytes;

    private SafetensorsHeader(string path, ReadOnlySpan<byte> header, long dataStart, long dataLength)
    {
        _path = path;
        _dataStart = dataStart;
        _dataLength = dataLength;
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 4 });
    }

    /// <summary>The tensors in the order of their data, and the notes.</summary>
    public static (IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Read(MappedFile file)
    {
        if (file.Length < 8)
        {
            throw new WeightFileException(file.Path, $"is {file.Length} bytes long, too short for the 8 bytes that open a safetensors file.");
        }

        var length = BitConverter.ToUInt64(file.Span(0, 8));
        if (length > MaxHeaderBytes)
        {
            throw new WeightFileException(file.Path, $"claims a header of {length} bytes, above the limit of {MaxHeaderBytes}.");
        }

        if (length > (ulong)(file.Length - 8))
        {
            throw new WeightFileException(file.Path, $"claims a header of {length} bytes, but only {file.Length - 8} bytes follow.");
        }

        var header = file.Span(8, (int)length);
        if (header.IsEmpty || header[0] != '{')
        {
            throw new WeightFileException(file.Path, "has a header that does not begin with '{'.");
        }

        if (!Utf8.IsValid(header))
        {
            throw new WeightFileException(file.Path, "has a header that is not valid UTF-8.");
        }

        var dataStart = 8 + (long)length;
        return new SafetensorsHeader(file.Path, header, dataStart, file.Length - dataStart).Read();
    }

    private (IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Read()
    {
        try
        {
            var isMetadataSeen = false;
            _json.Read();
            while (NextKey() is { } name)
            {
                if (name != MetadataKey)
                {
                    ReadTensor(name);
                }
                else if (isMetadataSeen)
                {
                    throw new WeightFileException(_path, $"has {MetadataKey} twice in its header.");
                }
                else
                {
                    isMetadataSeen = true;
                    ReadMetadata();
                }
            }

            _json.Read(); // throws where anything but white space follows
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new WeightFileException(_path, $"has a header that is not valid JSON near byte {8 + _json.BytesConsumed}.", problem);
        }

        return ([.. InDataOrder()], _metadata);
    }

    private void ReadMetadata()
    {
        Expect(JsonTokenType.StartObject, MetadataKey, "an object of strings");
        while (NextKey() is { } key)
        {
            Expect(JsonTokenType.String, $"the {MetadataKey} entry {Quoted.Text(key)}", "a string");
            if (!_metadata.TryAdd(key, Text()))
            {
                throw new WeightFileException(_path, $"has the {MetadataKey} entry {Quoted.Text(key)} twice.");
            }
        }
    }

    private void ReadTensor(string name)
    {
        var what = $"the tensor {Quoted.Text(name)}";
        if (name.Length == 0)
        {
            throw new WeightFileException(_path, "has a tensor whose name is empty.");
        }

        if (!_names.Add(name))
        {
            throw new WeightFileException(_path, $"has {what} twice.");
        }

        if (_names.Count > MaxTensors)
        {
            throw new WeightFileException(_path, $"has more tensors than the limit of {MaxTensors}.");
        }

        Expect(JsonTokenType.StartObject, what, "an object");
        ScalarType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextKey() is { } field)
        {
            var isRepeated = field switch { "dtype" => type is not null, "shape" => shape is not null, _ => offsets is not null };
            switch (field)
            {
                case "dtype" when !isRepeated:
                    type = ReadType(what);
                    break;
                case "shape" when !isRepeated:
                    shape = ReadNumbers($"the shape of {what}", TensorShape.MaxRank);
                    break;
                case "data_offsets" when !isRepeated:
                    offsets = ReadNumbers($"data_offsets of {what}", 2);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw new WeightFileException(_path, $"has the field '{field}' twice in {what}.");
                default:
                    throw new WeightFileException(_path, $"has the unknown field {Quoted.Text(field)} in {what}.");
            }
        }

        _entries.Add(Checked(name, what, type, shape, offsets));
    }

    private readonly TensorEntry Checked(string name, string what, ScalarType? type, long[]? shape, long[]? offsets)
    {
        if (type is null || shape is null || offsets is null)
        {
            var missing = type is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw new WeightFileException(_path, $"lacks the field '{missing}' in {what}.");
        }

        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > _dataLength)
        {
            throw new WeightFileException(
                _path, $"has data_offsets {Quoted.Shape(offsets)} in {what}, which are not a begin and an end within its {_dataLength} bytes of data.");
        }

        if (!TensorShape.TryMeasure(shape, type.Value, out _, out var byteCount))
        {
            throw new WeightFileException(_path, $"gives {what} the shape {Quoted.Shape(shape)}, whose size overflows.");
        }

        if (offsets[1] - offsets[0] != byteCount)
        {
            throw new WeightFileException(
                _path,
                $"gives {what} {offsets[1] - offsets[0]} bytes, but its shape {Quoted.Shape(shape)} of {ElementType.NameOf(type.Value)} takes {byteCount}.");
        }

        return new TensorEntry(name, type.Value, shape, _dataStart + offsets[0], byteCount);
    }

    private ScalarType ReadType(string what)
    {
        Expect(JsonTokenType.String, $"dtype of {what}", "a string");
        var name = Text();
        return ElementType.TryParse(name, out var type)
            ? type
            : throw new WeightFileException(_path, $"stores {what} as {Quoted.Text(name)}, which is none of {ElementType.Names}.");
    }

    private long[] ReadNumbers(string what, int limit)
    {
        Expect(JsonTokenType.StartArray, what, "an array of numbers");
        var numbers = new List<long>(4);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number) || number < 0)
            {
                throw new WeightFileException(_path, $"has {Quoted.Text(_json.ValueSpan)} in {what}, where a whole number from 0 to {long.MaxValue} belongs.");
            }

            if (numbers.Count == limit)
            {
                throw new WeightFileException(_path, $"has more numbers in {what} than the limit of {limit}.");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    // Tensors without elements take no room and may stand between any two others.
    private readonly IEnumerable<TensorEntry> InDataOrder()
    {
        var ordered = _entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteCount).ToList();
        var end = _dataStart;
        foreach (var entry in ordered)
        {
            if (entry.Offset != end)
            {
                var flaw = entry.Offset < end ? "overlaps the tensor before it, which ends" : "leaves a hole after the data before it, which ends";
                throw new WeightFileException(
                    _path, $"has the tensor {Quoted.Text(entry.Name)} at offset {entry.Offset - _dataStart}, which {flaw} at {end - _dataStart}.");
            }

            end += entry.ByteCount;
        }

        return end - _dataStart == _dataLength
            ? ordered
            : throw new WeightFileException(_path, $"has {_dataLength} bytes of data, but its tensors cover {end - _dataStart}.");
    }

    /// <summary>Advances to the next key of the current object and returns it, or null at its end.</summary>
    private string? NextKey()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.PropertyName ? Text() : null;
    }

    private void Expect(JsonTokenType type, string what, string expected)
    {
        _json.Read();
        if (_json.TokenType != type)
        {
            throw new WeightFileException(_path, $"has {_json.TokenType} for {what}, where {expected} belongs.");
        }
    }

    private string Text()
    {
        _textBytes += Math.Min(_json.ValueSpan.Length, MaxTextBytes + 1);
        return _textBytes <= MaxTextBytes
            ? _json.GetString()!
            : throw new WeightFileException(_path, $"has more than {MaxTextBytes} bytes of names and notes in its header.");
    }
}
