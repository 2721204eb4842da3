using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>
/// How trainers agree: after every step on the gradient (data-parallel training), or after several steps, each replica's on its own, on the
/// change of the weights (DiLoCo, arXiv 2311.08105). What a round computes depends on these options and never on how many trainers there are.
/// </summary>
public sealed record ExchangeOptions
{
    private const int MostReplicas = 64;

    /// <summary>Steps from one exchange to the next; 1 exchanges gradients, so that any number of trainers makes the steps of one.</summary>
    public int InnerSteps { get; init; } = 1;

    /// <summary>With several inner steps: how many replicas of the model make them at the same time, each on its own share of the data.</summary>
    public int Replicas { get; init; } = 2;

    /// <summary>Learning rate of the outer step.</summary>
    public double OuterRate { get; init; } = 0.7;

    /// <summary>Nesterov momentum of the outer step.</summary>
    public double OuterMomentum { get; init; } = 0.9;

    /// <summary>
    /// Whether what trainers send is rounded to bfloat16, what was lost being added to the next of the same place (error feedback). Half the
    /// traffic upwards; sums then depend on who computed what.
    /// </summary>
    public bool BFloat16 { get; init; }

    /// <summary>Whether gradients are exchanged after every step.</summary>
    public bool IsEveryStep => InnerSteps == 1;

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="ConfigException">One sentence names the field, its limit and its value.</exception>
    public void Check()
    {
        Require(InnerSteps is >= 1 and <= 100_000, $"exchange.inner_steps is {InnerSteps}; it must be 1 to 100000.");
        Require(Replicas is >= 1 and <= MostReplicas, $"exchange.replicas is {Replicas}; it must be 1 to {MostReplicas}.");
        Require(OuterRate is > 0 and <= 10, $"exchange.outer_rate is {OuterRate}; it must be above 0 and at most 10.");
        Require(OuterMomentum is >= 0 and < 1, $"exchange.outer_momentum is {OuterMomentum}; it must be at least 0 and below 1.");
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ConfigException(sentence);
        }
    }
}
