using System.Text.Json.Nodes;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Data;

/// <summary>
/// Packs samples into rows until the next one does not fit; that one begins the next row. A sample whose image cannot be read is
/// reported and skipped. The position to resume from lies before the sample that waits.
/// </summary>
public sealed class RowPacker : IDisposable
{
    private const int MostSkippedInTurn = 1000;

    private readonly ISampleStream _samples;
    private readonly SampleTokenizer _tokenizer;
    private readonly SpecialTokenIds _special;
    private readonly PackingOptions _options;
    private readonly ulong _seed;
    private readonly Action<string> _report;
    private TokenizedSample? _waiting;
    private JsonNode _position;
    private long _rows;

    /// <param name="samples">What to pack; disposed with the packer.</param>
    /// <param name="tokenizer">Samples to tokens.</param>
    /// <param name="special">Ids that the sequence rules know.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Seed of what is drawn per row.</param>
    /// <param name="report">Told of each sample that is skipped, and why.</param>
    public RowPacker(
        ISampleStream samples, SampleTokenizer tokenizer, SpecialTokenIds special, PackingOptions options, ulong seed, Action<string>? report = null)
    {
        (_samples, _tokenizer, _special, _options, _seed, _report) = (samples, tokenizer, special, options, seed, report ?? (_ => { }));
        _position = samples.SavePosition();
    }

    /// <summary>Samples that were skipped because they could not be read or do not fit a row.</summary>
    public long SkippedCount { get; private set; }

    /// <summary>The next row.</summary>
    public PackedRow Next()
    {
        var row = new RowBuilder(_special, _options, new SeededRandom((long)_seed, _rows++));
        while (true)
        {
            var sample = _waiting ?? Read();
            var added = row.TryAdd(sample);
            _waiting = added ? null : sample;
            if (!added || row.IsFull)
            {
                if (added)
                {
                    _position = _samples.SavePosition();
                }

                return row.Build();
            }
        }
    }

    /// <summary>Where the next row begins.</summary>
    public JsonNode SavePosition() => new JsonObject { ["samples"] = _position.DeepClone(), ["rows"] = _rows };

    /// <summary>Goes to a position that <see cref="SavePosition"/> gave.</summary>
    public void Restore(JsonNode position)
    {
        _samples.Restore(position["samples"]?.DeepClone() ?? throw new DataException("The saved position of the rows names no samples."));
        _rows = position["rows"]?.GetValue<long>() ?? throw new DataException("The saved position of the rows names no row.");
        (_waiting, _position) = (null, _samples.SavePosition());
    }

    /// <inheritdoc/>
    public void Dispose() => _samples.Dispose();

    private TokenizedSample Read()
    {
        for (var skipped = 0; skipped < MostSkippedInTurn; skipped++)
        {
            _position = _samples.SavePosition();
            var sample = _samples.Next();
            try
            {
                var tokens = Cut(_tokenizer.Tokenize(sample));
                if (tokens is not null)
                {
                    return tokens;
                }

                Skip($"{sample.Origin}: does not fit a row of {_options.RowLength} tokens and {_options.MaxImages} images");
            }
            catch (ImageInputException problem)
            {
                Skip($"{sample.Origin}: {problem.Message}");
            }
        }

        throw new DataException($"{MostSkippedInTurn} samples in turn could not be used; the last reason is reported above.");
    }

    private void Skip(string reason)
    {
        SkippedCount++;
        _report(reason);
    }

    // A sample too long for any row loses its end, or cannot be used at all.
    private TokenizedSample? Cut(TokenizedSample sample)
    {
        if (sample.Ids.Count <= _options.RowLength && sample.Images.Count <= _options.MaxImages)
        {
            return sample;
        }

        return _options.CutAtImages ? RowBuilder.CutBefore(sample, _options.RowLength, _options.MaxImages, _special) : null;
    }
}
