using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;

namespace MmiGrains.Silo.Illustration;

/// <summary>The files of a run: documents that come in, plans beside what goes out.</summary>
/// <param name="folder">Where results and plans go.</param>
internal sealed class IllustrationFiles(string folder)
{
    private string JobPath => Path.Combine(folder, ".illustration-job");

    /// <summary>The newest job whose result is here; null for none.</summary>
    public string? Job
    {
        get => File.Exists(JobPath) ? File.ReadAllText(JobPath).Trim() : null;
        set
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(JobPath, value + "\n");
        }
    }

    /// <summary>Where a document's plan is, or would be.</summary>
    public string PlanPath(string document) => Path.Combine(folder, Path.GetFileName(document) + ".plan.json");

    /// <summary>The documents that files and folders name.</summary>
    /// <exception cref="CommandException">There are none, or two of one name.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        var found = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                found.AddRange(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => Document.KindOf(file) is not null).Order(StringComparer.Ordinal));
            }
            else
            {
                found.Add(File.Exists(path) ? path : throw new CommandException($"There is no file or folder '{path}'."));
            }
        }

        var twin = found.GroupBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return found.Count == 0 ? throw new CommandException($"There is nothing to illustrate: names of documents end with {string.Join(", ", Document.Endings)}.")
            : twin is not null ? throw new CommandException($"Two documents are called '{twin.Key}': their results would be one file.")
            : found;
    }

    /// <summary>A document for a request, with its plan where there is one.</summary>
    public JsonObject Read(string path)
    {
        var document = new JsonObject { ["name"] = Path.GetFileName(path), ["content"] = Convert.ToBase64String(File.ReadAllBytes(path)) };
        if (File.Exists(PlanPath(path)))
        {
            document["plan"] = JsonSerializer.SerializeToNode(PlanFile.Read(File.ReadAllText(PlanPath(path))), PlanFile.Json);
        }

        return document;
    }

    /// <summary>Writes a plan.</summary>
    public string Write(IllustrationPlan plan)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(PlanPath(plan.Document), PlanFile.Write(plan));
        return PlanPath(plan.Document);
    }

    /// <summary>Unpacks a result.</summary>
    /// <returns>The files, without pictures.</returns>
    public IReadOnlyList<string> Unpack(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        Directory.CreateDirectory(folder);
        zip.ExtractToDirectory(folder, overwriteFiles: true);
        return [.. zip.Entries.Where(entry => !entry.FullName.Contains('/', StringComparison.Ordinal)).Select(entry => Path.Combine(folder, entry.FullName))];
    }
}
