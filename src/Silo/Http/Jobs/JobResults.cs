using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Illustration;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary>What a job has made, as files. They are made when they are asked for: of the document, its plan and the stored pictures.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="documents">The documents' bytes.</param>
/// <param name="pictures">The pictures' bytes.</param>
internal sealed class JobResults(IGrainFactory grains, DocumentStore documents, Pictures pictures)
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One document's files.</summary>
    public async Task<DocumentResult> ReadAsync(string tenant, string key, IIllustrationJobGrain job, int document, CancellationToken cancellation)
    {
        var illustrated = await Patience.CallAsync(() => job.GetDocumentAsync(document), cancellation);
        var images = new Dictionary<string, (byte[], int, int)>();
        foreach (var image in illustrated.Figures.Select(figure => figure.KeptTry?.Image).OfType<string>().Distinct())
        {
            var id = new ImageId(tenant, image);
            var info = await Patience.CallAsync(() => grains.GetGrain<IImageGrain>(id.ToString()).DescribeAsync(), cancellation);
            images[image] = (await pictures.ReadAsync(id, cancellation), info?.Width ?? 1, info?.Height ?? 1);
        }

        var source = await documents.ReadAsync(key, illustrated.Spec.Content);
        return await Task.Run(() => new DocumentResult(source, illustrated, images), cancellation);
    }

    /// <summary>All documents' files in one archive, the same whenever it is made.</summary>
    public async Task<byte[]> ArchiveAsync(string tenant, string key, IIllustrationJobGrain job, CancellationToken cancellation)
    {
        var status = await Patience.CallAsync(job.GetAsync, cancellation);
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < status.Documents.Count; i++)
            {
                foreach (var (name, bytes) in (await ReadAsync(tenant, key, job, i, cancellation)).Files())
                {
                    var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
                    entry.LastWriteTime = NoTime;
                    using var target = entry.Open();
                    target.Write(bytes);
                }
            }
        }

        return archive.ToArray();
    }

    /// <summary>What the endpoints of jobs need.</summary>
    public static IServiceCollection Add(IServiceCollection services) => services.AddSingleton<JobResults>().AddSingleton<RateProbe>();
}
