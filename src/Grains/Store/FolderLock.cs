using System.Globalization;

namespace MmiGrains.Grains.Store;

/// <summary>Keeps a folder to one process at a time. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "owner.lock";
    private const string ProcessName = "owner.pid"; // apart from the lock, since a locked file is not read

    private const string AddressName = "owner.address";

    private readonly FileStream _file;
    private readonly string _folder;

    private FolderLock(FileStream file, string folder) => (_file, _folder) = (file, folder);

    /// <exception cref="StoreException">Another process has it, or the folder cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, LockName);
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
            throw new StoreException($"The store's folder '{folder}' is in use by the process {Owner(folder)}; two processes cannot share it.", problem);
        }
        catch (IOException problem)
        {
            throw new StoreException($"The store's folder '{folder}' cannot be made: {problem.Message}", problem);
        }

        File.WriteAllText(Path.Combine(folder, ProcessName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new FolderLock(file, folder);
    }

    /// <summary>Says where the folder's owner answers.</summary>
    public void Announce(string address) => File.WriteAllText(Path.Combine(_folder, AddressName), address);

    /// <summary>Where the owner of a folder that is in use answers; null where nobody has it.</summary>
    public static string? FindAddress(string folder)
    {
        var path = Path.Combine(folder, AddressName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            Take(folder).Dispose();
            return null;
        }
        catch (StoreException) // in use
        {
            return File.ReadAllText(path);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, ProcessName)) is { Length: > 0 } process ? process : "(unknown)";
        }
        catch (IOException)
        {
            return "(unknown)";
        }
    }
}
