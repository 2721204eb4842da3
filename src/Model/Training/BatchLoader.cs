using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using MmiGrains.Model.Data;

namespace MmiGrains.Model.Training;

/// <summary>Reads, decodes and packs what steps need, some steps ahead, on a thread of its own.</summary>
public sealed class BatchLoader : IDisposable
{
    private const int StepsAhead = 3;

    private readonly BlockingCollection<Item> _ready = new(StepsAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly RowPacker _packer;
    private readonly TrainingStage _stage;
    private readonly Thread _thread;

    /// <param name="packer">Where rows come from, at the position to begin from; disposed with the loader.</param>
    /// <param name="stage">Rows of a batch, batches of a step.</param>
    public BatchLoader(RowPacker packer, TrainingStage stage)
    {
        (_packer, _stage, Position) = (packer, stage, packer.SavePosition());
        _thread = new Thread(Read) { IsBackground = true, Name = "training data" };
        _thread.Start();
    }

    /// <summary>Where the next step's rows begin, whatever is read ahead.</summary>
    public JsonNode Position { get; private set; }

    /// <summary>One step's batches.</summary>
    /// <exception cref="DataException">The data cannot be read on.</exception>
    public IReadOnlyList<IReadOnlyList<PackedRow>> Next()
    {
        var item = _ready.Take();
        item.Failure?.Throw();
        Position = item.Position;
        return item.Batches;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _ready.Dispose();
        _stop.Dispose();
        _packer.Dispose();
    }

    private void Read()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                IReadOnlyList<IReadOnlyList<PackedRow>> batches =
                    [.. Enumerable.Range(0, _stage.Accumulation).Select(_ => (PackedRow[])[.. Enumerable.Range(0, _stage.Rows).Select(_ => _packer.Next())])];
                _ready.Add(new Item(batches, _packer.SavePosition(), null), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception problem)
        {
            _ready.Add(new Item([], new JsonObject(), ExceptionDispatchInfo.Capture(problem)));
        }
    }

    private sealed record Item(IReadOnlyList<IReadOnlyList<PackedRow>> Batches, JsonNode Position, ExceptionDispatchInfo? Failure);
}
