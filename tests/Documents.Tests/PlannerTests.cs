using System.Text;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents.Planning;

namespace MmiGrains.Documents.Tests;

public sealed class PlannerTests
{
    private const string Story = "# One\n\nBo is here. She waits.\n\nBo goes left.\n\n# Two\n\n## Day\n\nAda comes.\n\n<!-- illustrate: Ada and Bo -->\n\n## Night\n\nAll sleep.\n\n```\ncode\n```\n";

    [Fact]
    public void Comments_win_where_they_are_and_a_density_decides_elsewhere()
    {
        var plan = Make(Density.Section);
        Assert.Equal(["fig-1", "fig-2", "fig-3"], plan.Figures.Select(figure => figure.Id));
        Assert.Equal(["Bo goes left.", "Ada and Bo", "All sleep."], plan.Figures.Select(figure => figure.Shows));
        Assert.Equal([2, 6, 8], plan.Figures.Select(figure => figure.After));
        Assert.Equal(["One", "Day", "Night"], plan.Figures.Select(figure => figure.Section));
        Assert.Equal([[], ["fig-1"], ["fig-2"]], plan.Figures.Select(figure => figure.AgreesWith));
        Assert.Equal([5, 6, 7], plan.Figures.Select(figure => figure.Seed));
        Assert.Equal([2, 6], Make(Density.Chapter).Figures.Select(figure => figure.After));
        Assert.Equal([6], Make(Density.Markers).Figures.Select(figure => figure.After));
        Assert.Equal([2, 6], Make(Density.Words, words: 6).Figures.Select(figure => figure.After));
    }

    [Fact]
    public void A_plan_comes_back_from_its_file_and_mistakes_are_named()
    {
        var plan = Make(Density.Section) with { References = [new PinnedReference("this is Bo.", new string('a', 64))] };
        var text = PlanFile.Write(plan);
        Assert.Equal(text, PlanFile.Write(PlanFile.Read(text)));
        Assert.Equal(text, PlanFile.Write(PlanFile.Read("{\"model\": \"x\", \"plan\": " + text + "}")));
        Assert.Contains("seed must be 0 to 2147483647; that of 'fig-2' is -6.", Refused(text.Replace("\"seed\": 6", "\"seed\": -6")));
        Assert.Contains("'fig-3' may agree with earlier figures; 'fig-9' is none.", Refused(text.Replace("\"fig-2\"\n", "\"fig-9\"\n")));
        Assert.Contains("Two figures have the id 'fig-1'.", Refused(text.Replace("\"id\": \"fig-2\"", "\"id\": \"fig-1\"")));
        Assert.Contains("sed", Refused(text.Replace("\"seed\": 6", "\"sed\": 6")));
        Assert.Contains("The plan cannot be read", Refused("{"));

        var (bytes, other) = (Encoding.UTF8.GetBytes(Story), Encoding.UTF8.GetBytes(Story + "more"));
        PlanRules.Check(plan, Document.Read("a.md", bytes), Planner.HashOf(bytes));
        Assert.Equal("document_hash", Assert.Throws<InvalidJobException>(() => PlanRules.Check(plan, Document.Read("a.md", other), Planner.HashOf(other))).Field);

        static string Refused(string text) => Assert.Throws<InvalidJobException>(() => PlanFile.Read(text)).Message;
    }

    private static IllustrationPlan Make(Density density, int words = 300)
    {
        var bytes = Encoding.UTF8.GetBytes(Story);
        return Planner.Make("a.md", bytes, Document.Read("a.md", bytes), new PlanOptions { Density = density, Words = words, Seed = 5 });
    }
}
