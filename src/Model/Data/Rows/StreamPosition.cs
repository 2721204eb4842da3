using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MmiGrains.Model.Data.Rows;

/// <summary>Where a <see cref="RowStream"/> is: the beginning of a block of rows, and a place in it.</summary>
/// <param name="Source">Stands for the files and the order; a position is good only where it is the same.</param>
/// <param name="Epoch">Times that everything was read before.</param>
/// <param name="Block">Blocks of this epoch before this one.</param>
/// <param name="FileInOrder">In which file of this epoch's order the block begins.</param>
/// <param name="Entry">Entry of that file.</param>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Line">Lines before it.</param>
/// <param name="RowCount">Rows of this epoch before it, those of other ranks included.</param>
/// <param name="Index">Rows of the block that were read.</param>
public sealed record StreamPosition(
    string Source, long Epoch, long Block, int FileInOrder, int Entry, long Offset, long Line, long RowCount, int Index)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>As JSON.</summary>
    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this, Json)!;

    /// <summary>From what <see cref="ToJson"/> gave.</summary>
    /// <exception cref="DataException">It is something else.</exception>
    public static StreamPosition FromJson(JsonNode position)
    {
        try
        {
            var read = position.Deserialize<StreamPosition>(Json) ?? throw new DataException("The saved position is empty.");
            return read is { Epoch: >= 0, Block: >= 0, FileInOrder: >= 0, Entry: >= -1, Offset: >= 0, Line: >= 0, RowCount: >= 0, Index: >= 0 } ? read
                : throw new DataException("The saved position has a number below zero.");
        }
        catch (JsonException e)
        {
            throw new DataException($"The saved position is not one of a stream of rows: {e.Message.Split(" Path:")[0]}", e);
        }
    }
}
