using MmiGrains.Model.Weights;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Conversion;

/// <summary>Makes a folder under a hidden name beside its place and moves it there when it is whole, so that nobody sees half of it.</summary>
internal static class NewFolder
{
    /// <summary>Refuses a place that is taken; with <paramref name="overwrite"/> an empty folder, or one with a manifest, may be replaced.</summary>
    public static void RequireFree(string path, bool overwrite)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        if (!overwrite)
        {
            throw new CommandException($"'{path}' exists already; --overwrite replaces it.");
        }

        // A mistyped path must not cost anyone a folder full of other things.
        var isOurs = Directory.Exists(path) && (File.Exists(Path.Combine(path, WeightManifest.FileName)) || !Directory.EnumerateFileSystemEntries(path).Any());
        if (!isOurs)
        {
            throw new CommandException($"'{path}' is not replaced: it is no folder with a {WeightManifest.FileName}, so it was not made by convert.");
        }
    }

    /// <summary>Fills the new folder and puts it in its place. When <paramref name="fill"/> throws, whatever stood there before still does.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="bytes">About how large it will be.</param>
    /// <param name="fill">Gets the folder under its hidden name.</param>
    public static void Write(string path, long bytes, Action<string> fill)
    {
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(whole) ?? throw new CommandException($"'{path}' is no place for a new folder.");
        CreateParent(parent);
        RequireRoom(parent, bytes);

        var hidden = Path.Combine(parent, $".{Path.GetFileName(whole)}.{Guid.NewGuid():N}");
        var (fresh, old) = (hidden + ".tmp", hidden + ".old");
        try
        {
            Directory.CreateDirectory(fresh);
            fill(fresh);
            if (Directory.Exists(whole))
            {
                Directory.Move(whole, old);
            }

            Directory.Move(fresh, whole);
        }
        finally
        {
            Delete(fresh);
            Delete(old);
        }
    }

    private static void CreateParent(string parent)
    {
        try
        {
            Directory.CreateDirectory(parent);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The folder '{parent}' cannot be made: {problem.Message}");
        }
    }

    private static void RequireRoom(string parent, long bytes)
    {
        var free = new DriveInfo(parent).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new CommandException($"'{parent}' has {Units.Bytes(free)} free, and {Units.Bytes(bytes)} are needed.");
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
