using System.Diagnostics;

namespace MmiGrains.Model.Engines;

/// <summary>Measures a request from its arrival on: how long it waits, until its first token, and until its last. Each once, also where it gives way and runs again.</summary>
internal sealed class RequestClock
{
    private readonly long _arrived = Stopwatch.GetTimestamp();
    private long _began;
    private long _firstToken;

    /// <summary>It runs.</summary>
    public void Begin(string engine)
    {
        if (_began == 0)
        {
            _began = Stopwatch.GetTimestamp();
            EngineInstruments.QueueTime.Record(Stopwatch.GetElapsedTime(_arrived, _began).TotalSeconds, EngineInstruments.Of(engine));
        }
    }

    /// <summary>A token is chosen.</summary>
    public void Token()
    {
        if (_firstToken == 0)
        {
            _firstToken = Stopwatch.GetTimestamp();
            EngineInstruments.PrefillTime.Record(Stopwatch.GetElapsedTime(_began, _firstToken).TotalSeconds);
        }
    }

    /// <summary>No further token comes.</summary>
    public void End()
    {
        if (_firstToken != 0)
        {
            EngineInstruments.DecodeTime.Record(Stopwatch.GetElapsedTime(_firstToken).TotalSeconds);
        }
    }
}
