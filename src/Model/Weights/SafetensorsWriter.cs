using System.Buffers;
using System.Text.Json;
using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>Writes one safetensors file, one tensor at a time: each is asked for when its turn comes and not held after it.</summary>
internal sealed class SafetensorsWriter
{
    private readonly string _path;
    private readonly List<TensorToWrite> _tensors;
    private readonly IReadOnlyDictionary<string, string>? _metadata;

    public SafetensorsWriter(string path, IReadOnlyCollection<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        if (tensors.Count > SafetensorsHeader.MaxTensors)
        {
            throw new WeightFileException(path, $"cannot hold {tensors.Count} tensors, above the limit of {SafetensorsHeader.MaxTensors}.");
        }

        var names = new HashSet<string>();
        foreach (var tensor in tensors)
        {
            if (tensor.Name is "" or SafetensorsHeader.MetadataKey || !names.Add(tensor.Name))
            {
                throw new WeightFileException(path, $"cannot hold a tensor named {Quoted.Text(tensor.Name)}, which is empty, reserved or already taken.");
            }

            if (ElementType.NameOf(tensor.Type) is null)
            {
                throw new WeightFileException(path, $"cannot hold the tensor {Quoted.Text(tensor.Name)} of {tensor.Type}, which is none of {ElementType.Names}.");
            }
        }

        _path = path;
        _tensors = [.. tensors.OrderByDescending(tensor => ElementType.SizeOf(tensor.Type))];
        _metadata = metadata;
    }

    public void Write()
    {
        var header = Header();
        if (header.Length > SafetensorsHeader.MaxHeaderBytes)
        {
            throw new WeightFileException(
                _path, $"would need a header of {header.Length} bytes, above the limit of {SafetensorsHeader.MaxHeaderBytes}.");
        }

        NewFile.Write(_path, stream =>
        {
            stream.Write(BitConverter.GetBytes((ulong)header.Length));
            stream.Write(header.Span);
            foreach (var tensor in _tensors)
            {
                WriteValues(stream, tensor.Value);
            }
        });
    }

    private ReadOnlyMemory<byte> Header()
    {
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (_metadata is not null)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, text) in _metadata)
                {
                    json.WriteString(key, text);
                }

                json.WriteEndObject();
            }

            var end = 0L;
            foreach (var tensor in _tensors)
            {
                var begin = end;
                end += tensor.ByteCount;
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", ElementType.NameOf(tensor.Type));
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [begin, end]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Blanks after the JSON bring the data to a multiple of eight bytes.
        var padding = -header.WrittenCount & 7;
        header.GetSpan(padding)[..padding].Fill((byte)' ');
        header.Advance(padding);
        return header.WrittenMemory;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static unsafe void WriteValues(FileStream stream, Func<Tensor> value)
    {
        const int ChunkBytes = 1 << 30;
        using var scope = NewDisposeScope(); // frees the copies made here, and not what was the caller's before
        var dense = value().detach().cpu().contiguous();
        var byteCount = TensorMemory.ByteCount(dense);
        if (byteCount == 0)
        {
            return;
        }

        var start = TensorMemory.Start(dense);
        for (var offset = 0L; offset < byteCount; offset += ChunkBytes)
        {
            stream.Write(new ReadOnlySpan<byte>(start + offset, (int)Math.Min(ChunkBytes, byteCount - offset)));
        }

        GC.KeepAlive(dense);
    }
}
