using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>The losses of one training step, scalars: <c>Total</c> is their weighted sum.</summary>
public sealed record TrainingLosses(Tensor Text, Tensor Image, Tensor Total);
