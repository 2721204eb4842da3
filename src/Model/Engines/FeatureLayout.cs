using System.Buffers.Binary;
using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines;

/// <summary>
/// The header of an image's features as bytes, little-endian: "MMIF", version (2), tensors (2), bytes of the whole run (8); then for each tensor, visual
/// tokens first and levels after, large to small: type (1), dimensions (1), and each dimension (4). Their numbers follow without gaps, in that order.
/// </summary>
internal sealed class FeatureLayout
{
    /// <summary>More than any header has.</summary>
    public const int MostHeaderBytes = FixedBytes + (MostTensors * (2 + (4 * LevelRank)));

    private const uint Magic = 0x4649_4D4D; // "MMIF"
    private const ushort Version = 1;
    private const int FixedBytes = 16;
    private const int MostTensors = 17;
    private const int TokenRank = 3;
    private const int LevelRank = 4;
    private const int LargestSide = 1 << 20;

    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16];

    private FeatureLayout(IReadOnlyList<Part> parts, int headerBytes) => (Parts, HeaderBytes, ByteCount) = (parts, headerBytes, headerBytes + parts.Sum(part => part.ByteCount));

    /// <summary>The tensors, visual tokens first.</summary>
    public IReadOnlyList<Part> Parts { get; }

    /// <summary>Bytes before the numbers.</summary>
    public int HeaderBytes { get; }

    /// <summary>Bytes of the whole run.</summary>
    public long ByteCount { get; }

    /// <summary>The tensors of some features, in the order of the run.</summary>
    public static IEnumerable<Tensor> Tensors(ImageFeatures features) => features.Pyramid.Levels.Prepend(features.VisualTokens);

    /// <summary>The layout of some features.</summary>
    /// <exception cref="ArgumentException">They have a shape, or numbers of a type, that no run holds.</exception>
    public static FeatureLayout Of(ImageFeatures features)
    {
        try
        {
            return Of([.. Tensors(features).Select(tensor => (tensor.dtype, tensor.shape))]);
        }
        catch (FeatureFormatException problem)
        {
            throw new ArgumentException(problem.Message, nameof(features), problem);
        }
    }

    /// <summary>The layout that a run begins with.</summary>
    /// <param name="start">At least the header.</param>
    /// <param name="byteCount">Bytes of the whole run.</param>
    /// <exception cref="FeatureFormatException">It is not a header, or not of so many bytes.</exception>
    public static FeatureLayout Parse(ReadOnlySpan<byte> start, long byteCount)
    {
        var at = 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(Take(start, ref at, 4)) != Magic)
        {
            throw new FeatureFormatException("they do not begin with 'MMIF'");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(Take(start, ref at, 2));
        if (version != Version)
        {
            throw new FeatureFormatException($"their version is {version}, not {Version}");
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(Take(start, ref at, 2));
        if (count is < 2 or > MostTensors)
        {
            throw new FeatureFormatException($"they have {count} tensors, not 2 to {MostTensors}");
        }

        var claimed = BinaryPrimitives.ReadInt64LittleEndian(Take(start, ref at, 8));
        var tensors = new (ScalarType, long[])[count];
        for (var i = 0; i < count; i++)
        {
            tensors[i] = ReadTensor(start, ref at);
        }

        var layout = Of(tensors);
        return layout.ByteCount == byteCount && claimed == byteCount ? layout
            : throw new FeatureFormatException($"there are {byteCount} of them, and the header says {claimed} for tensors that take {layout.ByteCount}");
    }

    /// <summary>The header.</summary>
    public byte[] ToHeader()
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)Parts.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), ByteCount);
        var at = FixedBytes;
        foreach (var part in Parts)
        {
            header[at++] = (byte)part.Type;
            header[at++] = (byte)part.Shape.Length;
            foreach (var side in part.Shape)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at), (uint)side);
                at += 4;
            }
        }

        return header;
    }

    /// <summary>New tensors of this layout, with arbitrary numbers. They belong to the caller.</summary>
    public ImageFeatures Allocate()
    {
        var tensors = Parts.Select(part => empty(part.Shape, part.Type).DetachFromDisposeScope()).ToArray();
        return new ImageFeatures(tensors[0], new FeaturePyramid(tensors[1..]));
    }

    private static (ScalarType, long[]) ReadTensor(ReadOnlySpan<byte> start, ref int at)
    {
        var fixedPart = Take(start, ref at, 2);
        var (type, rank) = ((ScalarType)fixedPart[0], fixedPart[1]);
        if (rank is not (TokenRank or LevelRank))
        {
            throw new FeatureFormatException($"a tensor has {rank} dimensions");
        }

        var shape = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32LittleEndian(Take(start, ref at, 4));
        }

        return (type, shape);
    }

    private static FeatureLayout Of(IReadOnlyList<(ScalarType Type, long[] Shape)> tensors)
    {
        var at = FixedBytes + tensors.Sum(tensor => 2 + (4 * tensor.Shape.Length));
        var offset = (long)at;
        var parts = new Part[tensors.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            Check(tensors[i].Type, tensors[i].Shape, i == 0 ? TokenRank : LevelRank);
            parts[i] = new Part(tensors[i].Type, tensors[i].Shape, offset, Size(tensors[i].Type, tensors[i].Shape));
            offset += parts[i].ByteCount;
        }

        return new FeatureLayout(parts, at);
    }

    private static void Check(ScalarType type, long[] shape, int rank)
    {
        if (!Types.Contains(type))
        {
            throw new FeatureFormatException($"a tensor's numbers are of type {(int)type}");
        }

        if (shape.Length != rank || shape[0] != 1 || shape.Any(side => side is < 1 or > LargestSide))
        {
            throw new FeatureFormatException($"a tensor is [{string.Join(", ", shape)}] where {rank} dimensions of 1 to {LargestSide} are meant, the first of them 1");
        }
    }

    private static long Size(ScalarType type, long[] shape)
    {
        var size = shape.Aggregate((Int128)(type == ScalarType.Float32 ? 4 : 2), (product, side) => product * side);
        return size <= int.MaxValue ? (long)size : throw new FeatureFormatException($"a tensor of [{string.Join(", ", shape)}] takes more than 2 GiB");
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> start, ref int at, int count)
    {
        if (start.Length - at < count)
        {
            throw new FeatureFormatException($"their header is cut short after {start.Length}");
        }

        at += count;
        return start.Slice(at - count, count);
    }

    /// <summary>One tensor.</summary>
    /// <param name="Type">Of its numbers.</param>
    /// <param name="Shape">Its sides.</param>
    /// <param name="Offset">Of its first byte in the run.</param>
    /// <param name="ByteCount">Its bytes.</param>
    public sealed record Part(ScalarType Type, long[] Shape, long Offset, long ByteCount);
}
