namespace MmiGrains.Documents;

/// <summary>A picture and where it goes.</summary>
/// <param name="Id">Its name, as fig-7.</param>
/// <param name="After">Number of the block that it follows.</param>
/// <param name="Image">The bytes of a PNG file.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record PlacedPicture(string Id, int After, byte[] Image, int Width, int Height)
{
    /// <summary>What is read to who does not see it.</summary>
    public string Alt { get; init; } = "";

    /// <summary>What stands below it; empty for nothing.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Its file beside the document, with '/' between folders.</summary>
    public string Path { get; init; } = "";

    /// <summary>The same as an address in a link.</summary>
    internal string Address => string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>The picture itself as an address.</summary>
    internal string DataAddress => $"data:image/png;base64,{Convert.ToBase64String(Image)}";
}
