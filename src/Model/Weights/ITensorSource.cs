using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>Named tensors in a file, or in a set of files, read one at a time.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The file that was opened; for a sharded checkpoint, its index.</summary>
    string Path { get; }

    /// <summary>What the source holds, in the order of the file.</summary>
    IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The notes that travel with the tensors; empty where there are none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether a tensor of this name is in <see cref="Entries"/>.</summary>
    bool Contains(string name);

    /// <summary>A fresh, contiguous CPU tensor with a copy of the values, in the type they are stored in. The caller owns it.</summary>
    /// <exception cref="WeightFileException">The source has no tensor of this name.</exception>
    Tensor Read(string name);
}
