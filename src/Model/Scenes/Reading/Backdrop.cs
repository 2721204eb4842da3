using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>A background as it was read.</summary>
/// <param name="Background">Its kind and colours.</param>
/// <param name="Colours">What it shows at each pixel, or would show where an object lies over it.</param>
/// <param name="IsForeground">The pixels that it does not explain.</param>
/// <param name="Noise">The mean squared distance of the pixels that it explains.</param>
internal sealed record Backdrop(Background Background, Vector3[] Colours, bool[] IsForeground, double Noise);
