using System.Text.RegularExpressions;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Documents.Planning;

/// <summary>What a plan must satisfy.</summary>
public static partial class PlanRules
{
    /// <summary>Pictures of a document at most.</summary>
    public const int MostFigures = 1000;

    private const int LongestText = 4000;

    /// <summary>Refuses a plan that cannot be run.</summary>
    /// <exception cref="InvalidJobException">It cannot; the message names the field, the limit and the value.</exception>
    public static void Check(IllustrationPlan plan)
    {
        Require(plan.Figures.Count <= MostFigures, "figures", $"A plan may have {MostFigures} figures; it has {plan.Figures.Count}.");
        Require(plan.Steps is >= 1 and <= 1000, "steps", $"steps must be 1 to 1000; it is {plan.Steps}.");
        Require(plan.GuidanceScale is >= 0 and <= 100, "guidance_scale", $"guidance_scale must be 0 to 100; it is {plan.GuidanceScale}.");
        Require(plan.Threshold is >= -1 and <= 1, "threshold", $"threshold must be -1 to 1; it is {plan.Threshold}.");
        Require(plan.Retries is >= 0 and <= 20, "retries", $"retries must be 0 to 20; it is {plan.Retries}.");
        Require(plan.References.Count <= 8, "references", $"A plan may have 8 references; it has {plan.References.Count}.");
        Require(plan.References.All(pin => Hash().IsMatch(pin.Image)), "references", "A reference's image must be 64 hexadecimal digits in lower case, as the SHA-256 of a picture that was put.");
        Require(plan.Style.Length <= LongestText, "style", $"style may have {LongestText} characters; it has {plan.Style.Length}.");
        var (known, after) = (new HashSet<string>(), 0);
        foreach (var figure in plan.Figures)
        {
            Require(Id().IsMatch(figure.Id), "id", $"A figure's id must be a letter and up to 63 letters, digits and '-'; one is '{(figure.Id.Length <= 80 ? figure.Id : figure.Id[..80])}'.");
            Require(figure.After >= after, "after", $"Figures must be in the document's order; '{figure.Id}' comes after block {figure.After}, the one before it after {after}.");
            Require(figure.AgreesWith.All(known.Contains), "agrees_with", $"'{figure.Id}' may agree with earlier figures; '{figure.AgreesWith.FirstOrDefault(id => !known.Contains(id))}' is none.");
            Require(known.Add(figure.Id), "id", $"Two figures have the id '{figure.Id}'.");
            var longest = Math.Max(figure.Shows.Length, Math.Max(figure.Alt.Length, figure.Caption.Length));
            Require(longest <= LongestText, "shows", $"Texts of a figure may have {LongestText} characters; '{figure.Id}' has one of {longest}.");
            Require(figure.Seed is >= 0 and <= int.MaxValue, "seed", $"seed must be 0 to {int.MaxValue}; that of '{figure.Id}' is {figure.Seed}.");
            after = figure.After;
        }
    }

    /// <summary>Refuses a plan that is another document's.</summary>
    /// <exception cref="InvalidJobException">The document has changed since, or a place is not in it.</exception>
    public static void Check(IllustrationPlan plan, Document document, string hash)
    {
        Check(plan);
        Require(
            plan.DocumentHash.Length == 0 || plan.DocumentHash == hash, "document_hash",
            $"The plan is of another version of '{plan.Document}': its document_hash is '{(plan.DocumentHash.Length <= 80 ? plan.DocumentHash : plan.DocumentHash[..80])}', the document's is '{hash}'.");
        var last = plan.Figures.FirstOrDefault(figure => figure.After >= Math.Max(document.Blocks.Count, 1));
        Require(last is null, "after", $"after must be 0 to {Math.Max(document.Blocks.Count - 1, 0)}; that of '{last?.Id}' is {last?.After}.");
    }

    private static void Require(bool holds, string field, string sentence)
    {
        if (!holds)
        {
            throw new InvalidJobException("invalid_value", field, sentence);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9-]{0,63}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Hash();
}
