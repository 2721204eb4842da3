using System.Text.Json.Nodes;

namespace MmiGrains.Model.Data.Mixing;

/// <summary>Every n-th sample of a stream, beginning with one of the first n: n of these share it out without rest.</summary>
/// <param name="samples">The stream; disposed with this.</param>
/// <param name="count">n.</param>
/// <param name="first">Which of the first n, from 0.</param>
public sealed class StridedSampleStream(ISampleStream samples, int count, int first) : ISampleStream
{
    private long _read;

    /// <inheritdoc/>
    public DataSample Next()
    {
        while (true)
        {
            var sample = samples.Next();
            if (_read++ % count == first)
            {
                return sample;
            }
        }
    }

    /// <inheritdoc/>
    public JsonNode SavePosition() => new JsonObject { ["samples"] = samples.SavePosition().DeepClone(), ["read"] = _read };

    /// <inheritdoc/>
    public void Restore(JsonNode position)
    {
        samples.Restore(position["samples"]?.DeepClone() ?? throw new DataException("The saved position of a shared stream names no samples."));
        _read = position["read"]?.GetValue<long>() ?? throw new DataException("The saved position of a shared stream names no count.");
    }

    /// <inheritdoc/>
    public void Dispose() => samples.Dispose();
}
