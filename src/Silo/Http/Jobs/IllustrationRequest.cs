using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary>What requests to illustration jobs have in common.</summary>
internal static partial class IllustrationRequest
{
    private const int MostBytes = 96 << 20; // Base64 takes a third more than documents have
    /// <summary>The same key is the same job.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>A job of the request's tenant.</summary>
    /// <exception cref="JobNotFoundException">No job can have this name.</exception>
    public static IIllustrationJobGrain Job(HttpContext context, string id) => Name().IsMatch(id)
        ? context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IIllustrationJobGrain>(Key(context, id))
        : throw new JobNotFoundException(id.Length <= 64 ? id : id[..64]);

    /// <summary>The key of its grain.</summary>
    public static string Key(HttpContext context, string id) => $"{RequestTenant.Of(context)}/{id}";

    /// <summary>A new job's name; the same for the same idempotency key.</summary>
    public static string NewId(HttpRequest request)
    {
        var key = request.Headers[KeyHeader].ToString();
        return key.Length == 0 ? $"j-{Guid.CreateVersion7():N}"
            : key.Length <= 255 ? $"j-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}"
            : throw ApiError.Invalid("invalid_value", KeyHeader, $"{KeyHeader} may have 255 characters; it has {key.Length}.").ToException();
    }

    /// <summary>The documents of a request, each with its plan.</summary>
    /// <exception cref="ApiException">One of them cannot be read.</exception>
    public static async Task<(NewIllustrationBody Body, IReadOnlyList<(string Name, byte[] Bytes, IllustrationPlan Plan)> Documents)> ReadAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context.Request, NativeJson.Default.NewIllustrationBody, MostBytes);
        var given = body.Documents ?? [];
        try
        {
            return (body, await Task.Run(() => given.Select(document => Read(body, document)).ToArray(), context.RequestAborted));
        }
        catch (DocumentException problem)
        {
            throw ApiError.Invalid("document_unreadable", "documents", problem.Message).ToException();
        }
    }

    private static (string, byte[], IllustrationPlan) Read(NewIllustrationBody body, NewDocumentBody? given)
    {
        if (given?.Name is null || body.References?.Any(pin => pin?.Text is null || pin.Image is null) == true)
        {
            throw ApiError.Invalid("invalid_type", given?.Name is null ? "name" : "references", "Every document needs a name, and every reference a text and an image.").ToException();
        }

        var bytes = Bytes(given);
        var document = Document.Read(given.Name, bytes);
        var plan = given.Plan is { } own ? PlanFile.Read(own.GetRawText()) : Planned(body, Planner.Make(given.Name, bytes, document, Options(body)));
        PlanRules.Check(plan, document, Planner.HashOf(bytes));
        return (given.Name, bytes, plan);
    }

    private static IllustrationPlan Planned(NewIllustrationBody body, IllustrationPlan plan) => plan with
    {
        Style = body.Style ?? plan.Style,
        References = body.References ?? plan.References,
        Steps = body.Steps ?? plan.Steps,
        GuidanceScale = body.GuidanceScale ?? plan.GuidanceScale,
        Threshold = body.Threshold ?? plan.Threshold,
        Retries = body.Retries ?? plan.Retries,
    };

    private static byte[] Bytes(NewDocumentBody given)
    {
        if (given.Text is null == given.Content is null)
        {
            throw ApiError.Invalid("invalid_value", "documents", $"A document has text or content; '{given.Name}' has {(given.Text is null ? "neither" : "both")}.").ToException();
        }

        try
        {
            return given.Text is { } text ? Encoding.UTF8.GetBytes(text) : Convert.FromBase64String(given.Content!);
        }
        catch (FormatException)
        {
            throw ApiError.Invalid("invalid_base64", "content", $"The content of '{given.Name}' is not Base64.").ToException();
        }
    }

    private static PlanOptions Options(NewIllustrationBody body) => new()
    {
        Density = body.Every switch
        {
            null or "section" => Density.Section,
            "chapter" => Density.Chapter,
            "words" => Density.Words,
            "markers" => Density.Markers,
            var every => throw ApiError.Invalid("invalid_value", "every", $"every must be chapter, section, words or markers; it is '{(every.Length <= 40 ? every : every[..40])}'.").ToException(),
        },
        Words = body.Words is null or >= 10 and <= 100_000 ? body.Words ?? new PlanOptions().Words
            : throw ApiError.Invalid("invalid_value", "words", $"words must be 10 to 100000; it is {body.Words}.").ToException(),
        Seed = body.Seed ?? new PlanOptions().Seed,
    };

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Name();
}
