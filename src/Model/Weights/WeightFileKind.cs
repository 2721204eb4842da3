namespace MmiGrains.Model.Weights;

/// <summary>The forms that weights come in.</summary>
internal enum WeightFileKind
{
    Unknown,
    Safetensors,
    PyTorch,
    Index,
}
