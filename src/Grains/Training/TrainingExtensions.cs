using Microsoft.Extensions.DependencyInjection;

namespace MmiGrains.Grains.Training;

/// <summary>What training needs of a silo.</summary>
internal static class TrainingExtensions
{
    /// <summary>Adds the store of jobs, what wakes them, and the silo's trainer.</summary>
    public static void AddTraining(this IServiceCollection services)
    {
        services.AddSingleton<TrainingJobStore>().AddSingleton<TrainingJobs>();
        services.AddSingleton<TrainerDevice>();
        services.AddHostedService(provider => provider.GetRequiredService<TrainerDevice>());
        services.AddHostedService<TrainingReviver>();
    }
}
