using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Stories of several pictures: {"story_id", "frames": [{"image", "text"}]}, each text before its picture as in the reference, or after
/// it by "image_first". PororoSV's pictures are strips of frames ("strips": true) and FlintstonesSV's are .npy arrays of them; one of
/// a picture's frames is drawn for each epoch.
/// </summary>
internal sealed class StoryCorpus(ImageFinder images, ImageView view, double imageFirst, StoryWording wording) : IRowConverter
{
    public static RowCorpus Define(DatasetConfig config)
    {
        var view = RowCorpus.View(config) with { IsStrip = config.Options.Flag("strips") };
        return RowCorpus.Of(config, new StoryCorpus(RowCorpus.Images(config), view, config.Options.Number("image_first", 0, 0, 1), new StoryWording(config)), "stories");
    }

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var frames = RowFields.Parse(row.Content).Objects("frames");
        if (frames.Count == 0)
        {
            throw new RowException("frames is empty");
        }

        var texts = new List<string>();
        var placed = new List<(ISampleImage, int, bool)>();
        foreach (var frame in frames)
        {
            var frameView = view with { FrameDraw = draws.NextInt(int.MaxValue) };
            placed.Add((images.Require(row, frame.Text("image"), frameView), texts.Count, draws.Happens(imageFirst)));
            texts.Add(frame.Text("text").Trim());
        }

        return wording.Build(texts, placed);
    }
}
