using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Scenes;

public class EverySplitTests
{
    public static TheoryData<SceneSplit, SceneTask> All() => [.. from split in Enum.GetValues<SceneSplit>() from task in Enum.GetValues<SceneTask>() select (split, task)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_index_of_every_task_and_split_has_a_sample(SceneSplit split, SceneTask task)
    {
        for (var index = 0L; index < 400; index++)
        {
            Assert.NotEmpty(SceneSamples.Get(split, task, index).Data.Pieces);
        }
    }
}
