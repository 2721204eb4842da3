namespace MmiGrains.Model.Interleaved;

/// <summary>How an image is painted.</summary>
/// <param name="Steps">Denoising steps.</param>
/// <param name="GuidanceScale">How far beyond the unconditional prediction to go; 1 or less does without it, at half the cost.</param>
/// <param name="Scheduler">One of <see cref="Schedulers"/>; the first is the reference's.</param>
public sealed record DenoisingOptions(int Steps, double GuidanceScale, string Scheduler = "ddpm")
{
    private const int MostSteps = 1000;
    private const double LargestGuidance = 100;

    /// <summary>The samplers' names.</summary>
    public static IReadOnlyList<string> Schedulers { get; } = ["ddpm", "ddim", "dpm++"];

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Check()
    {
        if (Steps is < 1 or > MostSteps)
        {
            throw new ArgumentException($"Steps must be 1 to {MostSteps}; it is {Steps}.");
        }

        // Written so that NaN is out of range.
        if (!(GuidanceScale >= 0 && GuidanceScale <= LargestGuidance))
        {
            throw new ArgumentException($"GuidanceScale must be 0 to {LargestGuidance}; it is {GuidanceScale}.");
        }

        if (!Schedulers.Contains(Scheduler))
        {
            throw new ArgumentException($"Scheduler must be one of {string.Join(", ", Schedulers)}; it is '{Scheduler}'.");
        }
    }
}
