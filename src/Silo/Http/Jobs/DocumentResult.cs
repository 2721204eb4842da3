using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary>An illustrated document as files: itself, its pictures, a page that holds all, and a manifest.</summary>
/// <param name="source">The document's bytes.</param>
/// <param name="illustrated">Its pictures, those that are painted.</param>
/// <param name="images">Bytes and sizes of the kept images, by hash.</param>
internal sealed class DocumentResult(byte[] source, IllustratedDocument illustrated, IReadOnlyDictionary<string, (byte[] Bytes, int Width, int Height)> images)
{
    private readonly Document _document = Document.Read(illustrated.Spec.Name, source);

    private string Name => illustrated.Spec.Name;

    /// <summary>All files: names with '/' between folders, and bytes.</summary>
    public IEnumerable<(string Name, byte[] Bytes)> Files()
    {
        var pictures = Pictures();
        var result = _document.Insert(pictures);
        yield return (Name, result);
        foreach (var picture in pictures)
        {
            yield return (picture.Path, picture.Image);
        }

        yield return ($"{Name}.page.html", System.Text.Encoding.UTF8.GetBytes(_document.ToPage(pictures)));
        yield return ($"{Name}.manifest.json", System.Text.Encoding.UTF8.GetBytes(Manifest(result)));
    }

    /// <summary>The page that holds all.</summary>
    public string Page() => _document.ToPage(Pictures());

    private PlacedPicture[] Pictures() =>
    [
        .. illustrated.Spec.Plan.Figures.Zip(illustrated.Figures).Where(pair => pair.Second.KeptTry?.Image is not null).Select(pair =>
        {
            var (bytes, width, height) = images[pair.Second.KeptTry!.Image!];
            return new PlacedPicture(pair.First.Id, pair.First.After, bytes, width, height)
            {
                Alt = pair.First.Alt,
                Caption = pair.First.Caption,
                Path = $"{Name}.pictures/{pair.First.Id}.png",
            };
        }),
    ];

    // Its plan has the seeds that were kept: run again on the same weights, it gives the same pictures.
    private string Manifest(byte[] result)
    {
        var figures = illustrated.Spec.Plan.Figures.Zip(illustrated.Figures, (planned, figure) => planned with { Seed = figure.KeptTry?.Seed ?? planned.Seed });
        var manifest = new JsonObject
        {
            ["document"] = illustrated.Spec.Name,
            ["document_hash"] = illustrated.Spec.Content,
            ["result_hash"] = Planner.HashOf(result),
            ["models"] = new JsonArray([.. illustrated.Figures.Select(figure => figure.KeptTry?.Model).OfType<string>().Distinct().Select(model => (JsonNode)model)]),
            ["plan"] = JsonSerializer.SerializeToNode(illustrated.Spec.Plan with { Figures = [.. figures], Retries = 0 }, PlanFile.Json),
            ["figures"] = new JsonArray([.. illustrated.Figures.Select(Figure)]),
        };
        return manifest.ToJsonString(PlanFile.Json) + "\n";
    }

    private static JsonNode Figure(IllustratedFigure figure) => new JsonObject
    {
        ["id"] = figure.Id,
        ["image"] = figure.KeptTry?.Image,
        ["kept"] = figure.Kept,
        ["tries"] = JsonSerializer.SerializeToNode(figure.Tries, PlanFile.Json),
    };
}
