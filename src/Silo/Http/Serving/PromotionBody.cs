namespace MmiGrains.Silo.Http.Serving;

/// <summary>A model to serve: a folder, or what a training job has made.</summary>
internal sealed record PromotionBody
{
    /// <summary>A model's folder or a checkpoint, as the silos see it.</summary>
    public string? Folder { get; init; }

    /// <summary>Id of a training job of the tenant.</summary>
    public string? Job { get; init; }

    /// <summary>The beginning of a checkpoint's hash; null for the job's finished model.</summary>
    public string? Checkpoint { get; init; }
}
