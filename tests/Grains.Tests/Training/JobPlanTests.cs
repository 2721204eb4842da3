using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Training;

namespace MmiGrains.Grains.Tests.Training;

public sealed class JobPlanTests
{
    [Fact]
    public void Many_trainers_are_waited_for_at_the_beginning_and_later_one_is_enough()
    {
        var state = new TrainingJobState { Spec = new TrainingJobSpec("{}", ".", ".") { MinTrainers = 3 } };
        Assert.Equal((3, 1), (JobPlan.LeastTrainers(state), JobPlan.LeastTrainers(state with { Step = 1 })));
    }
}
