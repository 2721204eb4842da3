namespace MmiGrains.Kernels.Linear;

/// <summary>How the weights of a linear layer are kept.</summary>
public enum WeightFormat
{
    /// <summary>Four bytes each.</summary>
    Float32,

    /// <summary>The upper two bytes of a float32, rounded to nearest.</summary>
    BFloat16,

    /// <summary>ggml's Q8_0: blocks of 32 signed bytes with one half-precision scale; 8.5 bits each.</summary>
    Q8,

    /// <summary>ggml's Q4_0: blocks of 32 numbers from -8 to 7 with one half-precision scale; 4.5 bits each.</summary>
    Q4,
}
