namespace MmiGrains.Contracts.Errors;

/// <summary>There is no such image, or it was deleted.</summary>
[GenerateSerializer, Alias("mmi.ImageNotFoundException")]
public sealed class ImageNotFoundException : MmiException
{
    /// <param name="image">Its id.</param>
    public ImageNotFoundException(string image) : base("image_not_found", $"There is no image '{image}'.")
    {
    }
}
