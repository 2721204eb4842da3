namespace MmiGrains.Contracts.Illustration;

/// <summary>
/// One document of a job; the key is the job's, '/', and the document's number. Paints its pictures in order, in one conversation, each once. A try is in the
/// store before it is asked for, under a key that makes asking twice the same turn.
/// </summary>
[Alias("mmi.IDocumentIllustratorGrain")]
public interface IDocumentIllustratorGrain : IGrainWithStringKey
{
    /// <summary>Begins, or goes on from wherever it was; while it is going on, or has ended, or stands, does nothing.</summary>
    /// <param name="spec">The document and its plan.</param>
    /// <param name="generation">Grows each time that the job is resumed: what stood, or failed, goes on at a greater one.</param>
    [Alias("Start")]
    Task<DocumentProgress> StartAsync(DocumentSpec spec, int generation);

    /// <summary>Lets the picture that is being painted end, and begins no other; null where nothing has begun.</summary>
    /// <param name="generation">That of the job that stands: where the document went on at a greater one, this comes late and does nothing.</param>
    [Alias("Pause")]
    Task<DocumentProgress?> PauseAsync(int generation);

    /// <summary>Ends what is being painted, for good; null where nothing has begun.</summary>
    [Alias("Cancel")]
    Task<DocumentProgress?> CancelAsync();

    /// <summary>Paints one picture again with another seed, and keeps it.</summary>
    /// <exception cref="Errors.InvalidJobException">There is no such picture, or it was never painted.</exception>
    [Alias("Repaint")]
    Task<DocumentProgress> RepaintAsync(string figure, long seed);

    /// <summary>Its pictures; null where it has not begun.</summary>
    [Alias("Read")]
    Task<IllustratedDocument?> ReadAsync();

    /// <summary>Forgets it and its conversations.</summary>
    [Alias("Delete")]
    Task DeleteAsync();
}
