namespace MmiGrains.Contracts.Errors;

/// <summary>A conversation has moved to another place while it was being watched: watching after the last known event goes on there.</summary>
[GenerateSerializer, Alias("mmi.StreamBrokenException")]
public sealed class StreamBrokenException : MmiException
{
    /// <summary>Of any session.</summary>
    public StreamBrokenException() : base("stream_broken", "The conversation has moved; watch it again after the last known event.")
    {
    }
}
