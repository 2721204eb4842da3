using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Illustration;

/// <summary>A job of a tenant, and what is named after it.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Job">1 to 64 letters, digits, '-', '_' or '.'.</param>
internal sealed record JobKey(string Tenant, string Job)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Job}";

    /// <summary>The job of a grain's key.</summary>
    public static JobKey Parse(string key)
    {
        var parts = key.Split('/');
        return new JobKey(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    /// <summary>The key of one of its documents.</summary>
    public string Document(int number) => $"{this}/{number}";

    /// <summary>The name of one of a document's conversations.</summary>
    public SessionKey Session(int document, int number) => new(Tenant, $"{Job}.{document}.{number}");
}
