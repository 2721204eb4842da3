using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>
/// The few Python names that a file of tensors has a need for. A pickle is a program, and naming a function is how it
/// runs one; every name that is not in this table is refused the moment it is mentioned.
/// </summary>
/// <param name="Name">Module and name, joined by a dot.</param>
/// <param name="StorageType">The element type, where the name is that of a storage class.</param>
internal sealed record PickleGlobal(string Name, ScalarType? StorageType = null)
{
    public static readonly PickleGlobal OrderedDict = new("collections.OrderedDict");
    public static readonly PickleGlobal RebuildTensor = new("torch._utils._rebuild_tensor_v2");
    public static readonly PickleGlobal RebuildParameter = new("torch._utils._rebuild_parameter");
    public static readonly PickleGlobal Size = new("torch.Size");

    private static readonly Dictionary<string, PickleGlobal> Known = new PickleGlobal[]
    {
        OrderedDict,
        RebuildTensor,
        RebuildParameter,
        Size,
        new("torch.FloatStorage", ScalarType.Float32),
        new("torch.DoubleStorage", ScalarType.Float64),
        new("torch.HalfStorage", ScalarType.Float16),
        new("torch.BFloat16Storage", ScalarType.BFloat16),
        new("torch.LongStorage", ScalarType.Int64),
        new("torch.IntStorage", ScalarType.Int32),
        new("torch.ShortStorage", ScalarType.Int16),
        new("torch.CharStorage", ScalarType.Int8),
        new("torch.ByteStorage", ScalarType.Byte),
        new("torch.BoolStorage", ScalarType.Bool),
    }.ToDictionary(global => global.Name);

    public static PickleGlobal? Find(string name)
    {
        return Known.GetValueOrDefault(name);
    }
}
