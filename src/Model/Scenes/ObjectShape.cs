namespace MmiGrains.Model.Scenes;

/// <summary>What an object is.</summary>
public enum ObjectShape
{
    Circle,
    Square,
    Triangle,
    Star,
    Heart,
    Ring,
    Cross,
    Crescent,
}
