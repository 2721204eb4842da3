namespace MmiGrains.Grains.Workers;

/// <summary>The encoders of a silo: one for each model that it has loaded, none where it does not encode.</summary>
public interface IEncoderDevices
{
    /// <summary>Those that are there now; that of new turns first.</summary>
    IReadOnlyList<IEncoderDevice> Encoders { get; }
}
