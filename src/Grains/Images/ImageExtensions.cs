using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MmiGrains.Grains.Images;

/// <summary>What the grains of images and workers need of a silo, beside its devices and its store.</summary>
public static class ImageExtensions
{
    /// <summary>Every silo of the cluster calls it; it must offer an <see cref="IImageStore"/> too, and those that encode their encoders.</summary>
    public static IServiceCollection AddImageGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EncoderChoice>();
        return services;
    }
}
