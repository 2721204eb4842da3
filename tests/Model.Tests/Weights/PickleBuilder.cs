using System.Text;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>Assembles pickles operation by operation.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [0x80, 2];

    /// <summary>A dictionary with one float tensor, 'a', on storage '0'.</summary>
    public static byte[] OneTensor(long offset, long[] shape, long[] strides, long storageElements)
    {
        return new PickleBuilder().Operation('}').Text("a").Tensor(offset, shape, strides, storageElements).Operation('s').Stop();
    }

    public PickleBuilder Operation(params ReadOnlySpan<char> codes)
    {
        foreach (var code in codes)
        {
            _bytes.Add((byte)code);
        }

        return this;
    }

    public PickleBuilder Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        _bytes.AddRange([(byte)'X', .. BitConverter.GetBytes(utf8.Length), .. utf8]);
        return this;
    }

    public PickleBuilder Number(long value)
    {
        _bytes.AddRange([0x8a, 8, .. BitConverter.GetBytes(value)]);
        return this;
    }

    public PickleBuilder Global(string module, string name)
    {
        _bytes.AddRange(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));
        return this;
    }

    public PickleBuilder Tensor(long offset, long[] shape, long[] strides, long storageElements, string storageClass = "FloatStorage", string key = "0")
    {
        Global("torch._utils", "_rebuild_tensor_v2").Operation('(');
        Operation('(').Text("storage").Global("torch", storageClass).Text(key).Text("cpu").Number(storageElements).Operation('t', 'Q');
        Number(offset).Numbers(shape).Numbers(strides);
        return Operation('\x89').Global("collections", "OrderedDict").Operation(')', 'R', 't', 'R');
    }

    public PickleBuilder Numbers(long[] values)
    {
        Operation('(');
        foreach (var value in values)
        {
            Number(value);
        }

        return Operation('t');
    }

    public byte[] Stop()
    {
        return [.. _bytes, (byte)'.'];
    }
}
