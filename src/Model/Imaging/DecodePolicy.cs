namespace MmiGrains.Model.Imaging;

/// <summary>What becomes of the parts of a file that an RGB picture cannot hold.</summary>
public enum DecodePolicy
{
    /// <summary>What a person sees in a viewer: turned upright as EXIF says, transparency laid on white.</summary>
    ForUsers,

    /// <summary>The stored pixels, as the reference's data loader reads them: not turned, alpha dropped, its colours kept.</summary>
    Raw,
}
