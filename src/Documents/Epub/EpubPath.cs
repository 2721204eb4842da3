namespace MmiGrains.Documents.Epub;

/// <summary>Addresses between files of a book.</summary>
internal static class EpubPath
{
    /// <summary>The path that an address in a file means.</summary>
    public static string Resolve(string file, string address)
    {
        var parts = file.Split('/').SkipLast(1).ToList();
        foreach (var part in Uri.UnescapeDataString(address.Split('#', '?')[0]).Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>The address by which a file reaches a path.</summary>
    public static string Relative(string file, string path)
    {
        var (from, to) = (file.Split('/').SkipLast(1).ToArray(), path.Split('/'));
        var common = from.Zip(to.SkipLast(1)).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Join('/', Enumerable.Repeat("..", from.Length - common).Concat(to.Skip(common).Select(Uri.EscapeDataString)));
    }
}
