using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Model.Data.Rows;

/// <summary>
/// One corpus as samples: the rows of its files, each understood on its own. A row that cannot be used is skipped and accounted for.
/// Images are read only when a sample's <see cref="ISampleImage.Load"/> is called, so one that is damaged is found there: whoever
/// loads it leaves the sample out, reports it by its <see cref="DataSample.Origin"/>, and takes the next.
/// </summary>
/// <param name="dataset">Its name.</param>
/// <param name="rows">Its rows; disposed with this.</param>
/// <param name="converter">Understands them; disposed with this if it can be.</param>
/// <param name="ledger">Their account.</param>
public sealed class SampleStream(string dataset, RowStream rows, IRowConverter converter, RowLedger ledger) : ISampleStream
{
    // The first epoch that may yet turn out to be without any sample.
    private long _watchedEpoch;

    /// <summary>Times that everything was read before the last sample.</summary>
    public long Epoch => rows.Epoch;

    public DataSample Next()
    {
        while (true)
        {
            var row = rows.Next(out var draws);
            if (rows.Epoch > _watchedEpoch)
            {
                throw new DataException($"{dataset}: no row can be used. {ledger.Summary()}");
            }

            try
            {
                if (row.Problem is { } problem)
                {
                    throw problem;
                }

                var pieces = converter.Convert(row, draws, ledger.CountNote);
                ledger.CountSample();
                _watchedEpoch = rows.Epoch + 1;
                return new DataSample(pieces) { Dataset = dataset, Origin = row.Origin };
            }
            catch (RowException problem)
            {
                ledger.Skip(row.Origin, problem);
            }
            catch (JsonException problem)
            {
                ledger.Skip(row.Origin, new RowException("not JSON", problem.Message.Split(" LineNumber:")[0].TrimEnd('.')));
            }
        }
    }

    public JsonNode SavePosition() => rows.SavePosition().ToJson();

    public void Restore(JsonNode position)
    {
        rows.Restore(StreamPosition.FromJson(position));
        _watchedEpoch = rows.IsAtEpochStart ? rows.Epoch : rows.Epoch + 1;
    }

    public void Dispose()
    {
        rows.Dispose();
        (converter as IDisposable)?.Dispose();
    }
}
