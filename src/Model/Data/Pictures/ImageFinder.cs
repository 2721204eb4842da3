using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>Finds the images that rows name: in the row's shard, or below a folder that no row's path may leave.</summary>
/// <param name="folder">The folder; null for that of the row's file.</param>
/// <param name="allowsAbsolutePaths">Whether rows may name files anywhere.</param>
public sealed class ImageFinder(string? folder, bool allowsAbsolutePaths = false)
{
    private static readonly string[] ImageExtensions = ["jpg", "jpeg", "png", "webp", "gif", "bmp"];

    /// <summary>An image, null where there is no such file.</summary>
    /// <exception cref="RowException">The path leads out of the folder.</exception>
    public ISampleImage? Find(Row row, string name, ImageView view)
    {
        if (row.Members.FirstOrDefault(member => member.Name == name || Path.GetFileName(member.Name) == name) is { } member)
        {
            return new MemberImage(member, view);
        }

        var path = Resolve(row, name);
        return File.Exists(path) ? new FileImage(path, view) : null;
    }

    /// <summary>An image without which the row is of no use.</summary>
    /// <exception cref="RowException">There is none, or its path leads out of the folder.</exception>
    public ISampleImage Require(Row row, string name, ImageView view) =>
        Find(row, name, view) ?? throw new RowException("an image does not exist", name);

    /// <summary>The one image of a shard's sample.</summary>
    /// <exception cref="RowException">There is none, or more than one.</exception>
    public static ISampleImage Single(Row row, ImageView view)
    {
        var images = row.Members.Where(member => ImageExtensions.Contains(member.Extension)).ToArray();
        return images.Length == 1 ? new MemberImage(images[0], view)
            : throw new RowException(images.Length == 0 ? "the shard's sample has no image" : "the shard's sample has more than one image", $"{images.Length} of {row.Members.Count} files");
    }

    private string Resolve(Row row, string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new RowException("an image's path has a character that no file name has");
        }

        if (Path.IsPathRooted(name))
        {
            return allowsAbsolutePaths ? name : throw new RowException("an image's path is absolute, which \"absolute_paths\" does not allow", name);
        }

        return name.Split('/', '\\').Contains("..")
            ? throw new RowException("an image's path leads out of its folder by \"..\"", name)
            : Path.Combine(folder ?? Path.GetDirectoryName(Path.GetFullPath(row.File))!, name);
    }
}
