namespace MmiGrains.Model.Scenes;

/// <summary>What samples are for. No sample belongs to two.</summary>
public enum SceneSplit
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To choose settings by.</summary>
    Validation,

    /// <summary>To report.</summary>
    Test,

    /// <summary>To report as well: combinations of shape, colour and fill that no other split has.</summary>
    Compositional,
}
