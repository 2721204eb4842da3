using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Features;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// Features of images, [n, d]: an array that numpy saved (<c>.npy</c>, float32 or float64), or a safetensors file or PyTorch checkpoint
/// with one tensor.
/// </summary>
public static class FeatureFile
{
    /// <summary>Reads a file; what it is shows by its content.</summary>
    /// <exception cref="DataException">It holds no matrix of finite numbers.</exception>
    /// <exception cref="WeightFileException">It is missing or damaged.</exception>
    public static FeatureMatrix Read(string path)
    {
        var (rows, columns, values) = NpyFile.IsOne(path) ? NpyFile.Read(path) : ReadTensor(path);
        try
        {
            return new FeatureMatrix(rows, columns, values);
        }
        catch (ArgumentException e)
        {
            throw new DataException($"'{path}': {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    /// <summary>A shape as the sides of a matrix that fits an array.</summary>
    /// <exception cref="DataException">It is no matrix, empty, or too large.</exception>
    internal static (int Rows, int Columns) Sides(string path, IReadOnlyList<long> shape) =>
        shape is [> 0 and var rows, > 0 and var columns] && rows <= Array.MaxLength / columns
            ? ((int)rows, (int)columns)
            : throw new DataException(
                $"'{path}' has the shape [{string.Join(", ", shape)}]; features are [images, features] of at most {Array.MaxLength} values.");

    private static (int Rows, int Columns, double[] Values) ReadTensor(string path)
    {
        using var source = TensorSource.Open(path);
        if (source.Entries.Count != 1)
        {
            throw new DataException($"'{path}' holds {source.Entries.Count} tensors; a file of features has one.");
        }

        var entry = source.Entries[0];
        var (rows, columns) = Sides(path, entry.Shape);
        using var scope = NewDisposeScope();
        return (rows, columns, source.Read(entry.Name).to(ScalarType.Float64).data<double>().ToArray());
    }
}
