namespace MmiGrains.Contracts.Errors;

/// <summary>An image that must exist has lost its bytes, or they are no longer those that were put. Putting it again repairs it.</summary>
[GenerateSerializer, Alias("mmi.ImageDamagedException")]
public sealed class ImageDamagedException : MmiException
{
    /// <param name="image">Its id.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public ImageDamagedException(string image, string problem) : base("image_damaged", $"The image '{image}' is damaged: {problem}.")
    {
    }
}
