using System.Globalization;

namespace MmiGrains.Grains.Store;

/// <summary>Keeps a folder to one process at a time. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The file that is locked; it holds the owner's process id.</summary>
    public const string FileName = "owner.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">Another process has it, or the folder cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream file;
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new StoreException($"The store's folder '{folder}' cannot be written: {problem.Message}", problem);
        }
        catch (IOException problem) when (File.Exists(path))
        {
            throw new StoreException($"The store's folder '{folder}' is in use by the process {Owner(path)}; two processes cannot share it.", problem);
        }
        catch (IOException problem)
        {
            throw new StoreException($"The store's folder '{folder}' cannot be made: {problem.Message}", problem);
        }

        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return new FolderLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var text = reader.ReadToEnd().Trim();
            return text.Length == 0 ? "(unknown)" : text;
        }
        catch (IOException)
        {
            return "(unknown)";
        }
    }
}
