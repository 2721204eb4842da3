namespace MmiGrains.Model.Scenes;

/// <summary>A colour of a background, pale so that objects stand out; <see cref="Palette"/> says what each looks like.</summary>
public enum BackgroundColour
{
    White,
    Grey,
    Cream,
    Mint,
    Sky,
    Lilac,
    Rose,
}
