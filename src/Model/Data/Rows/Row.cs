using MmiGrains.Model.Data.Shards;

namespace MmiGrains.Model.Data.Rows;

/// <summary>One row of a corpus as it stands in its file, not yet understood.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Origin">Where people find it: file and line, or shard and entry.</param>
/// <param name="Content">Its bytes: usually JSON in UTF-8.</param>
public sealed record Row(string File, RowPosition Start, string Origin, ReadOnlyMemory<byte> Content)
{
    /// <summary>Why there is nothing to understand, as where a file is cut short; null for a sound row.</summary>
    public RowException? Problem { get; init; }

    /// <summary>Files that belong to it in its shard.</summary>
    public IReadOnlyList<ShardMember> Members { get; init; } = [];

    /// <summary>In a shard, its text file's content.</summary>
    public string? Caption { get; init; }
}
