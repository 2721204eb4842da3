using static TorchSharp.torch;

namespace MmiGrains.Silo.Inspection;

/// <summary>Bytes of one element.</summary>
internal static class ElementSize
{
    public static int Of(ScalarType type) => type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentException($"Weight files do not hold {type}."),
    };
}
