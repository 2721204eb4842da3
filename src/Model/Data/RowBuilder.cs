using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Data;

/// <summary>One row while it is being filled.</summary>
internal sealed class RowBuilder
{
    private const int FewestShots = 2, MostShots = 8;

    private readonly SpecialTokenIds _special;
    private readonly PackingOptions _options;
    private readonly List<long> _ids = [];
    private readonly List<bool> _trained = [];
    private readonly List<SampleImage> _images = [];
    private readonly List<long> _nearestBos = [];
    private readonly List<string> _origins = [];
    private readonly bool _isFewShot;
    private SeededRandom _random;
    private int _shotsLeft;
    private long _bos;

    public RowBuilder(SpecialTokenIds special, PackingOptions options, SeededRandom random)
    {
        (_special, _options, _random) = (special, options, random);
        _isFewShot = _random.NextDouble() < options.FewShotShare;
    }

    /// <summary>Whether nothing more can be added.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Adds a sample if it fits, or as much of it as fits; false leaves it for the next row.</summary>
    public bool TryAdd(TokenizedSample sample)
    {
        var (room, imageRoom) = (_options.RowLength - _ids.Count, _options.MaxImages - _images.Count);
        if (sample.Ids.Count <= room && sample.Images.Count <= imageRoom)
        {
            Append(sample);
            return true;
        }

        IsFull = true;
        if (_options.CutAtImages && CutBefore(sample, room, imageRoom, _special) is { } part)
        {
            Append(part);
            return true;
        }

        return false;
    }

    public PackedRow Build()
    {
        // A group that the row's end cuts short ends there.
        if (_isFewShot && _shotsLeft > 0 && _ids.Count < _options.RowLength)
        {
            _ids.Add(_special.Eos);
            _trained.Add(true);
        }

        return new PackedRow(_ids, _trained, _images, _nearestBos, _origins);
    }

    /// <summary>The part of a sample before the first image that does not fit; null where that is nothing but its beginning.</summary>
    public static TokenizedSample? CutBefore(TokenizedSample sample, int room, int imageRoom, SpecialTokenIds special)
    {
        var kept = 0;
        var end = 0;
        for (var i = 0; i <= sample.Images.Count; i++)
        {
            var next = i < sample.Images.Count ? sample.Images[i].Position : sample.Ids.Count;
            if (next > room || i > imageRoom)
            {
                break;
            }

            (kept, end) = (i, next);
        }

        var hasContent = end > 1 && sample.Ids[0] == special.Bos;
        return hasContent ? new TokenizedSample([.. sample.Ids.Take(end)], [.. sample.Trained.Take(end)], [.. sample.Images.Take(kept)]) { Origin = sample.Origin } : null;
    }

    private void Append(TokenizedSample sample)
    {
        // In a group only the first begins and only the last ends.
        var begins = _shotsLeft == 0;
        if (begins)
        {
            _shotsLeft = _isFewShot ? FewestShots + _random.NextInt(MostShots - FewestShots + 1) : 1;
            _bos = _ids.Count;
        }

        _shotsLeft--;
        var skip = begins ? 0 : 1;
        var take = sample.Ids.Count - skip - (_shotsLeft > 0 && sample.Ids[^1] == _special.Eos ? 1 : 0);
        var offset = _ids.Count - skip;
        _ids.AddRange(sample.Ids.Skip(skip).Take(take));
        _trained.AddRange(sample.Trained.Skip(skip).Take(take));
        _images.AddRange(sample.Images.Select(image => image with { Position = image.Position + offset }));
        _nearestBos.AddRange(Enumerable.Repeat(_bos, sample.Images.Count));
        _origins.Add(sample.Origin);
    }
}
