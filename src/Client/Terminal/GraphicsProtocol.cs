namespace MmiGrains.Client.Terminal;

/// <summary>How a terminal shows pictures.</summary>
internal enum GraphicsProtocol
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>As kitty does: PNG in pieces of base64.</summary>
    Kitty,

    /// <summary>As iTerm2 does: any file in base64.</summary>
    ITerm,
}
