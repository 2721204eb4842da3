namespace MmiGrains.Model.Weights;

/// <summary>A weight file that cannot be read or written. The message is one sentence that names the file, the tensor or field, and both values.</summary>
public sealed class WeightFileException : Exception
{
    /// <summary>Creates the exception for one file; the sentence is <paramref name="path"/> followed by <paramref name="problem"/>.</summary>
    public WeightFileException(string path, string problem, Exception? inner = null)
        : base($"'{path}' {problem}", inner)
    {
        Path = path;
    }

    /// <summary>The file at fault.</summary>
    public string Path { get; }
}
