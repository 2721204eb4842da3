namespace MmiGrains.Silo.Terminal;

/// <summary>Finds what someone probably meant to type.</summary>
internal static class Spelling
{
    /// <summary>The name that takes the fewest edits, where that is at most half of what was typed; else null.</summary>
    public static string? Nearest(string typed, IEnumerable<string> names)
    {
        var (name, distance) = names.Select(name => (Name: name, Distance: Distance(typed.ToLowerInvariant(), name))).MinBy(pair => pair.Distance);
        return distance <= Math.Max(typed.Length, 2) / 2 ? name : null;
    }

    // Letters to insert, delete, replace or swap with their neighbour.
    private static int Distance(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                var replace = edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                edits[i, j] = Math.Min(replace, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
