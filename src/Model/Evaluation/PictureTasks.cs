using System.Numerics;
using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Metrics;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Evaluation;

/// <summary>The small world's tasks that are answered by a picture, judged by the analytic reader.</summary>
/// <param name="painter">The model.</param>
/// <param name="options">How many samples, and which.</param>
internal sealed class PictureTasks(PicturePainter painter, EvaluationOptions options)
{
    private const int Side = 64;

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Pictures(SceneSplit split)
    {
        var (measures, rows) = (new List<SceneMeasure>(), new List<IReadOnlyList<ContactSheetCell>>());
        foreach (var (count, name, target) in new[] { (1, "one object", 0.92), (2, "two objects", 0.85) })
        {
            var samples = SceneSampleSource.Take(split, SceneTask.Picture, options.Seed, options.Count, sample => ((PictureTruth)sample.Truth).Named.Count == count);
            var painted = Paint(samples);
            measures.Add(Share($"text to image, {name}: all attributes right", samples, painted, (picture, sample) => PictureJudge.ShowsWhatIsNamed(picture, (PictureTruth)sample.Truth), target));
            if (options.Details)
            {
                SceneMatch Match(RgbImage picture, SceneSample sample) => PictureJudge.Match(picture, (PictureTruth)sample.Truth);
                measures.AddRange(Shares($"text to image, {name}", samples, painted, Match).ByKind);
            }

            rows.AddRange(Rows(samples, painted).Take(options.SheetSamples / 2));
        }

        return (measures, new($"picture-{SceneSamples.Name(split)}", rows));
    }

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Edits(SceneSplit split)
    {
        var samples = SceneSampleSource.Take(split, SceneTask.Edit, options.Seed, options.Count);
        var painted = Paint(samples);
        SceneMatch Match(RgbImage picture, SceneSample sample) => PictureJudge.Match(picture, ((EditTruth)sample.Truth).After, ((EditTruth)sample.Truth).Edit.Named);
        var whole = Share("edit: the change made and the rest kept", samples, painted, (picture, sample) => Match(picture, sample).IsRight, 0.85);
        var shares = Shares("edit", samples, painted, Match);
        return ([whole, shares.All, .. options.Details ? shares.ByKind : []], new($"edit-{SceneSamples.Name(split)}", [.. Rows(samples, painted).Take(options.SheetSamples)]));
    }

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Layouts(SceneSplit split)
    {
        var samples = SceneSampleSource.Take(split, SceneTask.Segment, options.Seed, options.Count);
        var painted = Paint(samples);
        var measure = Share("class map to image: all attributes right", samples, painted, (picture, sample) => PictureJudge.ShowsWhatIsNamed(picture, (PictureTruth)sample.Truth), null);
        return ([measure], new($"segment-{SceneSamples.Name(split)}", [.. Rows(samples, painted).Take(options.SheetSamples)]));
    }

    /// <summary>
    /// Stories are told from their first picture, which is given; every later one is painted and then read by the model in its turn. A
    /// picture of the wrong shape keeps nothing.
    /// </summary>
    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Stories(SceneSplit split, string suffix, double? target)
    {
        var samples = SceneSampleSource.Take(split, SceneTask.Story, options.Seed, Math.Max(1, options.Count / 2));
        var told = samples.Select(sample => sample.Data.Pieces.Take(2).ToList()).ToArray();
        var kept = samples.Select(_ => new List<(ObjectAttributes Painted, ObjectAttributes True)>()).ToArray();
        for (var frame = 1; frame < samples.Max(sample => sample.Truth.Scenes.Count); frame++)
        {
            int[] going = [.. Enumerable.Range(0, samples.Length).Where(i => samples[i].Truth.Scenes.Count > frame)];
            foreach (var i in going)
            {
                told[i].Add(samples[i].Data.Pieces[2 * frame]);
            }

            RgbImage[] truths = [.. going.Select(i => SceneRenderer.Render(samples[i].Truth.Scenes[frame], Side))];
            var painted = Paint([.. going.Select(i => told[i])], truths, frame * samples.Length);
            foreach (var (i, picture, truth) in going.Zip(painted, truths))
            {
                var hero = samples[i].Truth.Scenes[frame].Objects[0];
                told[i].Add(new ImagePiece(new PaintedImage(picture)));
                kept[i].Add((PictureJudge.KeptDetails(picture, hero), PictureJudge.KeptDetails(truth, hero)));
            }
        }

        // Pictures of one story stand or fall together, so the story is what is drawn anew for the interval.
        SceneMeasure Measure(string name, Func<ObjectAttributes, double> score, double? wanted)
        {
            double[] stories = [.. kept.Select(frames => frames.Average(frame => score(frame.Painted)))];
            return new(name + suffix, Intervals.Mean(stories), wanted, kept.Average(frames => frames.Average(frame => score(frame.True))), stories.Length);
        }

        IEnumerable<SceneMeasure> ByDetail() => new[] { ObjectAttributes.Colour, ObjectAttributes.Fill, ObjectAttributes.Mark }
            .Select(detail => Measure($"story: {detail.ToString().ToLowerInvariant()} kept", frame => frame.HasFlag(detail) ? 1 : 0, null));

        var rows = samples.Select((sample, i) => (IReadOnlyList<ContactSheetCell>)[.. told[i].Chunk(2).Select((pair, frame) =>
            new ContactSheetCell(((ImagePiece)pair[1]).Image.Load(Side), (frame == 0 ? "(given) " : "") + ((TextPiece)pair[0]).Text))]);
        return (
            [
                Measure("story: unnamed details kept", frame => BitOperations.PopCount((uint)frame) / (double)BitOperations.PopCount((uint)PictureJudge.Details), target),
                Measure("story: pictures that keep all of them", frame => frame == PictureJudge.Details ? 1 : 0, null),
                .. options.Details ? ByDetail() : [],
            ],
            new($"story-{SceneSamples.Name(split)}{suffix.Replace(' ', '-')}", [.. rows.Take(options.SheetSamples)]));
    }

    private IReadOnlyList<RgbImage> Paint(SceneSample[] samples) =>
        Paint([.. samples.Select(sample => (IReadOnlyList<SamplePiece>)[.. sample.Data.Pieces.SkipLast(1)])], samples.Select(Truth), 0);

    private IReadOnlyList<RgbImage> Paint(IReadOnlyList<IReadOnlyList<SamplePiece>> prompts, IEnumerable<RgbImage> truths, int picturesBefore) =>
        painter.Paint(prompts, options.Seed + picturesBefore, options.TruthAt is { } timestep ? ([.. truths], timestep) : null);

    private static RgbImage Truth(SceneSample sample) => ((ImagePiece)sample.Data.Pieces[^1]).Image.Load(Side);

    private static SceneMeasure Share(string name, SceneSample[] samples, IReadOnlyList<RgbImage> painted, Func<RgbImage, SceneSample, bool> isRight, double? target)
    {
        var right = samples.Zip(painted).Count(pair => isRight(pair.Second, pair.First));
        var reader = samples.Count(sample => isRight(Truth(sample), sample)) / (double)samples.Length;
        return new(name, Intervals.Proportion(right, samples.Length), target, reader, samples.Length);
    }

    private static AttributeShares Shares(string name, SceneSample[] samples, IReadOnlyList<RgbImage> painted, Func<RgbImage, SceneSample, SceneMatch> match) =>
        new(name, [.. samples.Zip(painted, (sample, picture) => match(picture, sample))], [.. samples.Select(sample => match(Truth(sample), sample))]);

    private static IEnumerable<IReadOnlyList<ContactSheetCell>> Rows(SceneSample[] samples, IReadOnlyList<RgbImage> painted) => samples.Zip(painted, (sample, picture) =>
    {
        var pieces = sample.Data.Pieces.SkipLast(1);
        var given = pieces.OfType<ImagePiece>().Select(piece => new ContactSheetCell(piece.Image.Load(Side), "given"));
        var text = string.Concat(pieces.OfType<TextPiece>().Select(piece => piece.Text));
        return (IReadOnlyList<ContactSheetCell>)[.. given, new ContactSheetCell(picture, "painted"), new ContactSheetCell(Truth(sample), "one that is right"), new ContactSheetCell(null, text)];
    });
}
