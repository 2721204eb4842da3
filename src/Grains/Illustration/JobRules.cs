using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;

namespace MmiGrains.Grains.Illustration;

/// <summary>What a job must satisfy before it is promised.</summary>
internal static class JobRules
{
    private const int MostDocuments = 200, MostFigures = 5000, MostParallel = 32, LongestName = 200;

    public static void Check(IllustrationSpec spec, JobOptions options)
    {
        Require(spec.Documents.Count is > 0 and <= MostDocuments, "documents", $"documents must be 1 to {MostDocuments}; there are {spec.Documents.Count}.");
        Require(spec.Budget is null or > 0, "budget", $"budget must be at least 1 picture; it is {spec.Budget}.");
        Require(spec.Parallel is >= 1 and <= MostParallel, "parallel", $"parallel must be 1 to {MostParallel}; it is {spec.Parallel}.");
        var figures = spec.Documents.Sum(document => document.Plan.Figures.Count);
        Require(figures <= MostFigures, "documents", $"A job may have {MostFigures} pictures; its plans have {figures}.");
        foreach (var document in spec.Documents)
        {
            var isName = document.Name.Length is > 0 and <= LongestName && Path.GetFileName(document.Name) == document.Name && !document.Name.Any(char.IsControl);
            Require(isName, "name", $"A document's name must be that of a file, of {LongestName} characters at most; one has {document.Name.Length}.");
            Require(Document.KindOf(document.Name) is not null, "name", $"A document's name must end with {string.Join(", ", Document.Endings)}; one is '{document.Name}'.");
            PlanRules.Check(document.Plan);
        }

        Require(spec.Documents.Select(document => document.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() == spec.Documents.Count, "name", "Two documents have the same name.");
        CheckWebhook(spec.Webhook, options);
    }

    // Only where an operator says: anything else would have the cluster call addresses that a tenant cannot reach.
    private static void CheckWebhook(string? webhook, JobOptions options)
    {
        if (webhook is null)
        {
            return;
        }

        Require(webhook.Length <= 1000 && Uri.TryCreate(webhook, UriKind.Absolute, out var address) && address.Scheme is "http" or "https", "webhook", "webhook must be an address that begins with http:// or https://.");
        var asked = new Uri(webhook);
        Require(asked.UserInfo.Length == 0, "webhook", "webhook may not have a name or password in it.");
        Require(
            options.WebhookHosts.Any(host => host.Equals(asked.Authority, StringComparison.OrdinalIgnoreCase) || (asked.IsDefaultPort && host.Equals(asked.Host, StringComparison.OrdinalIgnoreCase))),
            "webhook", $"webhook's host must be one of those that the operator allows (--webhook-hosts); '{asked.Authority}' is not.");
    }

    private static void Require(bool holds, string field, string sentence)
    {
        if (!holds)
        {
            throw new InvalidJobException("invalid_value", field, sentence);
        }
    }
}
