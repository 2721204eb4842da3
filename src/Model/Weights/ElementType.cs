using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>The element types of weight files: their size, and what safetensors calls them.</summary>
internal static class ElementType
{
    private static readonly (string Name, ScalarType Type, int Size)[] Known =
    [
        ("BOOL", ScalarType.Bool, 1),
        ("U8", ScalarType.Byte, 1),
        ("I8", ScalarType.Int8, 1),
        ("I16", ScalarType.Int16, 2),
        ("I32", ScalarType.Int32, 4),
        ("I64", ScalarType.Int64, 8),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("F32", ScalarType.Float32, 4),
        ("F64", ScalarType.Float64, 8),
    ];

    public static string Names { get; } = string.Join(", ", Known.Select(known => known.Name));

    public static bool TryParse(string name, out ScalarType type)
    {
        var index = Array.FindIndex(Known, known => known.Name == name);
        type = index < 0 ? default : Known[index].Type;
        return index >= 0;
    }

    /// <summary>The safetensors name of a type, or null when safetensors files here do not hold it.</summary>
    public static string? NameOf(ScalarType type)
    {
        return Array.Find(Known, known => known.Type == type).Name;
    }

    public static int SizeOf(ScalarType type)
    {
        return Array.Find(Known, known => known.Type == type).Size;
    }
}
