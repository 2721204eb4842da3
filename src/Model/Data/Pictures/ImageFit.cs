namespace MmiGrains.Model.Data.Pictures;

/// <summary>How a picture becomes a square.</summary>
public enum ImageFit
{
    /// <summary>The middle square.</summary>
    CenterCrop,

    /// <summary>All of it, its sides made equal, so that boxes stay fractions of the sides.</summary>
    Stretch,
}
