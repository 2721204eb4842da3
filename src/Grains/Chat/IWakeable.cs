namespace MmiGrains.Grains.Chat;

/// <summary>A session, for who watches over sessions.</summary>
[Alias("mmi.IWakeable")]
internal interface IWakeable : IGrainWithStringKey
{
    /// <summary>Comes up, and goes on with a turn that has not ended; without one, its entry among the open sessions is struck out.</summary>
    [Alias("Wake")]
    Task WakeAsync(string entry);
}
