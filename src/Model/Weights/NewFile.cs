namespace MmiGrains.Model.Weights;

/// <summary>Writes a file under a temporary name beside its place and moves it there when it is whole and on disk.</summary>
internal static class NewFile
{
    /// <summary>Runs <paramref name="write"/> on the new file. When it throws, whatever stood at the path before still does.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        var whole = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(whole) ?? "/", $".{Path.GetFileName(whole)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, whole, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException(path, $"cannot be written: {problem.Message}", problem);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
