using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Tasks;

namespace MmiGrains.Model.Scenes;

/// <summary>All samples of the world, each found by split, task and index alone.</summary>
public static class SceneSamples
{
    /// <summary>The name of this data set.</summary>
    public const string Dataset = "scenes";

    /// <summary>How many samples of each task and split belong to one seed: seed s begins at index s times this.</summary>
    public const long PerSeed = 1L << 32;

    /// <summary>The largest seed.</summary>
    public const long MaxSeed = (1L << 30) - 1;

    /// <summary>One sample, the same whenever and wherever it is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static SceneSample Get(SceneSplit split, SceneTask task, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var composer = new SceneComposer(new SceneRandom((long)split, (long)task, index), split);
        var draft = task switch
        {
            SceneTask.Caption => CaptionTask.Make(composer),
            SceneTask.Question => QuestionTask.Make(composer),
            SceneTask.Images => ImagesTask.Make(composer),
            SceneTask.Picture => PictureTask.Make(composer),
            SceneTask.Story => StoryTask.Make(composer),
            SceneTask.Edit => EditTask.Make(composer),
            SceneTask.Refer => ReferTask.Make(composer),
            SceneTask.Segment => SegmentTask.Make(composer),
            SceneTask.Document => DocumentTask.Make(composer),
            SceneTask.Conversation => ConversationTask.Make(composer),
            SceneTask.Interview => InterviewTask.Make(composer),
            SceneTask.Depiction => DepictionTask.Make(composer),
            SceneTask.Album => AlbumTask.Make(composer),
            SceneTask.Series => AlbumTask.MakeSeries(composer),
            SceneTask.Twins => TwinsTask.Make(composer),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, "There is no such task."),
        };
        var data = new DataSample(draft.Pieces) { Dataset = Dataset, Origin = $"{Dataset} {Name(split)} {Name(task)} {index}" };
        return new SceneSample(data, task, split, index, draft.Truth);
    }

    /// <summary>The index at which a seed's samples begin.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative or above <see cref="MaxSeed"/>.</exception>
    public static long FirstIndex(long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seed, MaxSeed);
        return seed * PerSeed;
    }

    /// <summary>How configurations and commands write a task or a split: in lower case.</summary>
    public static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
