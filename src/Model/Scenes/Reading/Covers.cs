namespace MmiGrains.Model.Scenes.Reading;

/// <summary>What could cover a point of an object, each in its own bit: whether it does depends on the object's fill and mark.</summary>
[Flags]
internal enum Covers : byte
{
    Nothing = 0,
    Shape = 1,
    Stripe = 2,
    Dot = 4,
    MarkDot = 8,
    MarkBar = 16,
}
