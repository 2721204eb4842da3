using System.Text.Json.Nodes;

namespace MmiGrains.Model.Data;

/// <summary>
/// An endless run of samples whose every position can be written down and found again: after <see cref="Restore"/> of a saved
/// position come the very samples that came after it. For one thread at a time.
/// </summary>
public interface ISampleStream : IDisposable
{
    /// <summary>The next sample; after the last one the data begins anew, in another order where it is shuffled.</summary>
    /// <exception cref="DataException">There is no sample at all, or a file cannot be read.</exception>
    DataSample Next();

    /// <summary>Where the next sample lies.</summary>
    JsonNode SavePosition();

    /// <summary>Goes to a position that <see cref="SavePosition"/> of a stream with the same settings gave.</summary>
    /// <exception cref="DataException">The position is not one of this stream's.</exception>
    void Restore(JsonNode position);
}
