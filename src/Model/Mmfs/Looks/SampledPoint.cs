namespace MmiGrains.Model.Mmfs.Looks;

/// <summary>Where an image was sampled.</summary>
/// <param name="X">Column, 0 to 1 spanning the image as the encoder saw it.</param>
/// <param name="Y">Row, likewise.</param>
/// <param name="Level">Index of the level, the finest first.</param>
/// <param name="Weight">Share of everything that was looked at.</param>
public readonly record struct SampledPoint(float X, float Y, int Level, float Weight);
