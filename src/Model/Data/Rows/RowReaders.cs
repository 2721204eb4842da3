using MmiGrains.Model.Data.Shards;

namespace MmiGrains.Model.Data.Rows;

/// <summary>The reader for a file, by the end of its name.</summary>
public static class RowReaders
{
    /// <summary>Opens a file at a position.</summary>
    /// <param name="file">.tar, .zip (of lines) and .json (one list); anything else is read line by line.</param>
    /// <param name="listField">The field that holds the list where a .json file is an object.</param>
    /// <param name="start">Where to begin.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="DataException">Its kind is one that we do not read.</exception>
    public static IRowReader Open(string file, string listField, RowPosition start) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".tar" => new ShardReader(file, start),
        ".zip" => new ZipLineReader(file, start),
        ".json" => new JsonArrayReader(file, listField, start),
        ".gz" or ".tgz" => throw new DataException($"'{file}' is compressed with gzip, in which no place can be found again; unpack it first (gunzip -k FILE)."),
        ".pkl" or ".pickle" => throw new DataException(
            $"'{file}' is a Python pickle, which can run any program when it is read; make it JSON first: python -c \"import json, pickle; print(json.dumps(pickle.load(open('FILE', 'rb'))))\"."),
        _ => new LineReader(file, start),
    };
}
