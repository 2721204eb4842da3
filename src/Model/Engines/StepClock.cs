using System.Diagnostics;

namespace MmiGrains.Model.Engines;

/// <summary>Measures a step of an engine from here to its disposal.</summary>
/// <param name="engine">Whose.</param>
/// <param name="batch">Requests that it works on.</param>
internal readonly struct StepClock(string engine, int batch) : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();

    public void Dispose()
    {
        EngineInstruments.StepTime.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, EngineInstruments.Of(engine));
        EngineInstruments.BatchSize.Record(batch, EngineInstruments.Of(engine));
    }
}
