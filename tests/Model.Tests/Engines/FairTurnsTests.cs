using MmiGrains.Model.Engines;

namespace MmiGrains.Model.Tests.Engines;

public sealed class FairTurnsTests
{
    [Theory]
    [InlineData("a1 a2 a3", "a1 a2 a3")]
    [InlineData("a1 a2 a3 b1", "a1 b1 a2 a3")]
    [InlineData("a1 a2 a3 b1 b2 c1", "a1 b1 c1 a2 b2 a3")]
    [InlineData("b1 a1 b2 a2", "b1 a1 b2 a2")]
    public void Scopes_take_turns_and_within_one_who_came_first(string waiting, string served) => Assert.Equal(served.Split(' '), Serve(waiting, _ => 0));

    [Fact]
    public void A_smaller_priority_comes_first_whoever_asks() =>
        Assert.Equal(["a2", "b2", "a1", "b1"], Serve("a2 b2 a1 b1", name => name.EndsWith('1') ? 1 : 0));

    private static List<string> Serve(string waiting, Func<string, int> priority)
    {
        var (turns, queue, served) = (new FairTurns(), waiting.Split(' ').ToList(), new List<string>());
        while (queue.Count > 0)
        {
            var next = turns.Next(queue, name => (name[..1], priority(name)));
            served.Add(queue[next]);
            var scope = queue[next][..1];
            queue.RemoveAt(next);
            turns.Serve(scope, queue.Count == 0);
        }

        return served;
    }
}
