using Orleans.Concurrency;

namespace MmiGrains.Contracts.Illustration;

/// <summary>A batch of documents; the key is a tenant, '/', and the job's id. What it has promised is in the store before it answers.</summary>
[Alias("mmi.IIllustrationJobGrain")]
public interface IIllustrationJobGrain : IGrainWithStringKey
{
    /// <summary>Begins the job; again, with the same specification, does nothing.</summary>
    /// <exception cref="Errors.InvalidJobException">The specification cannot be, or another was begun under this id.</exception>
    [Alias("Start")]
    Task<IllustrationStatus> StartAsync(IllustrationSpec spec);

    /// <summary>How far it is.</summary>
    /// <exception cref="Errors.JobNotFoundException">There is no such job.</exception>
    [Alias("Get")]
    Task<IllustrationStatus> GetAsync();

    /// <summary>How far it is, once that is no longer what a version says, or after some seconds.</summary>
    /// <param name="version">The version that the caller knows; empty for none.</param>
    [Alias("Wait"), AlwaysInterleave]
    Task<IllustrationStatus> WaitAsync(string version);

    /// <summary>Lets the pictures that are being painted end, and begins no others.</summary>
    [Alias("Pause")]
    Task<IllustrationStatus> PauseAsync();

    /// <summary>Goes on after a pause, a failure, or a budget that was spent.</summary>
    /// <param name="budget">Another budget; null for the one that it has.</param>
    [Alias("Resume")]
    Task<IllustrationStatus> ResumeAsync(int? budget);

    /// <summary>Ends it for good; what is painted stays.</summary>
    [Alias("Cancel")]
    Task<IllustrationStatus> CancelAsync();

    /// <summary>Paints one picture again, with another seed, and keeps it; the others stay.</summary>
    /// <param name="document">Which document, from 0.</param>
    /// <param name="figure">The picture's name.</param>
    /// <param name="seed">The seed.</param>
    [Alias("Repaint")]
    Task<IllustrationStatus> RepaintAsync(int document, string figure, long seed);

    /// <summary>A document's pictures.</summary>
    /// <param name="document">Which, from 0.</param>
    [Alias("Document")]
    Task<IllustratedDocument> GetDocumentAsync(int document);

    /// <summary>Ends it, and forgets it, its documents and its conversations.</summary>
    [Alias("Delete")]
    Task DeleteAsync();

    /// <summary>Takes up what should be going on; asked by every silo now and then.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>One of its documents tells how far it is.</summary>
    [Alias("Report"), AlwaysInterleave]
    Task ReportAsync(int document, DocumentProgress progress);

    /// <summary>One of its documents asks whether it may begin another try.</summary>
    /// <param name="document">Which, from 0.</param>
    /// <param name="tries">Tries of the document, that one included.</param>
    /// <returns>Null where it may; else why not, in one sentence.</returns>
    [Alias("Grant"), AlwaysInterleave]
    Task<string?> GrantAsync(int document, int tries);
}
