using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes;

/// <summary>What a sample may hold: others are left out, for a simpler world, or for one thing at a time.</summary>
public sealed record SceneLimits
{
    /// <summary>At least what any scene holds (one object a place), and any sample.</summary>
    internal const int MostObjects = 9, MostImages = 99;

    /// <summary>Objects that a scene may hold.</summary>
    public int MaxObjects { get; init; } = MostObjects;

    /// <summary>Images that a sample may hold.</summary>
    public int MaxImages { get; init; } = MostImages;

    /// <summary>Kinds of questions that a sample may ask; when empty, all.</summary>
    public IReadOnlyList<QuestionKind> Questions { get; init; } = [];

    internal bool Allow(SceneSample sample)
    {
        var images = sample.Data.Pieces.OfType<ImagePiece>().ToList();
        return images.Count <= MaxImages
            && images.TrueForAll(piece => piece.Image is not SceneImage { Scene.Objects.Count: var count } || count <= MaxObjects)
            && (Questions.Count == 0 || Asked(sample.Truth).All(answer => Questions.Contains(answer.Kind)));
    }

    internal string Written() =>
        $"max_images {MaxImages}, max_objects {MaxObjects}{(Questions.Count == 0 ? "" : $", questions {string.Join(", ", Questions.Select(SceneSamples.Name))}")}";

    private static IReadOnlyList<AnswerTruth> Asked(SceneTruth truth) => truth switch
    {
        AnswerTruth answer => [answer],
        InterviewTruth interview => interview.Answers,
        AlbumTruth album => album.Answers,
        _ => [],
    };
}
