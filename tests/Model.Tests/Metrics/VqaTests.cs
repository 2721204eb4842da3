using MmiGrains.Model.Metrics.Vqa;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class VqaTests
{
    private static string[] Ten(int times, string answer) => [.. Enumerable.Repeat(answer, times), .. Enumerable.Range(0, 10 - times).Select(i => $"other{i}")];

    // Of ten people c agree. Leaving one of those out leaves c - 1, leaving another out leaves c:
    // (c min(1, (c - 1) / 3) + (10 - c) min(1, c / 3)) / 10 = 0, 9/30, (2 * 1/3 + 8 * 2/3) / 10, (3 * 2/3 + 7) / 10, 1.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.6)]
    [InlineData(3, 0.9)]
    [InlineData(4, 1)]
    [InlineData(9, 1)]
    public void Three_others_make_an_answer_right(int times, double accuracy) => Assert.Equal(accuracy, VqaAccuracy.Score("red", Ten(times, "red")), 1e-12);

    [Fact]
    public void Answers_are_normalised_only_where_people_differ()
    {
        Assert.Equal(0.6, VqaAccuracy.Score("Two Dogs!", Ten(2, "2 dogs")), 1e-12);
        Assert.Equal(0, VqaAccuracy.Score("Two dogs", Ten(10, "2 dogs")));
        Assert.Equal(1, VqaAccuracy.Score(" Two\tdogs\n", Ten(10, "Two dogs")));
    }

    [Fact]
    public void VizWiz_normalises_the_generated_answer_alone()
    {
        Assert.Equal(1, VqaAccuracy.Score("Two dogs.", Ten(10, "2 dogs"), VqaProtocol.VizWiz));
        Assert.Equal(0, VqaAccuracy.Score("Two dogs", Ten(5, "Two dogs"), VqaProtocol.VizWiz));
    }

    [Theory]
    [InlineData("Two dogs.", "2 dogs")]
    [InlineData("none", "0")]
    [InlineData("an apple, a pear on the  table", "apple pear on table")]
    [InlineData("dont", "don't")]
    [InlineData("couldn'tve", "couldn't've")]
    [InlineData("couldnt've", "couldn't've")]
    [InlineData("somebody'd", "somebodyd")]
    [InlineData("oclock wholl yall'd've", "o'clock who'll y'all'd've")]
    [InlineData("well shell lets", "well shell lets")]
    public void Words_are_normalised(string answer, string expected) => Assert.Equal(expected, AnswerNormalizer.Normalize(answer));

    // A mark beside a space goes, any other becomes a space; "2,000" makes all marks go; a full stop stays before a digit only.
    [Theory]
    [InlineData("black/white", "black white")]
    [InlineData("x - y", "x y")]
    [InlineData("left-right (top)", "left right top")]
    [InlineData("x-ray of 2,000", "xray of 2000")]
    [InlineData("what?", "what")]
    [InlineData("U.S.A. 3.5 m.", "usa 3.5 m")]
    [InlineData("it's; really", "it's really")]
    public void Punctuation_is_normalised(string answer, string expected) => Assert.Equal(expected, AnswerNormalizer.Normalize(answer));

    [Fact]
    public void Full_stops_beyond_the_thirty_second_stay() => Assert.Equal(new string('.', 8), AnswerNormalizer.Normalize(new string('.', 40)));

    [Theory]
    [InlineData("The color is red.", "red")]
    [InlineData("\"Stop!\" he said", "stop")]
    [InlineData("yes, it is", "yes")]
    [InlineData("There are two dogs or cats", "two dogs")]
    [InlineData("a slice of pizza\nIt is hot", "slice")]
    [InlineData("it is what it is so", "what it")]
    [InlineData("pizza hut", "hut")]
    [InlineData("2.5", "2")]
    [InlineData("", "")]
    public void The_short_answer_is_found(string text, string expected) => Assert.Equal(expected, AnswerExtraction.Extract(text));

    [Fact]
    public void Accuracy_is_given_for_each_type_of_answer()
    {
        VqaQuestion[] questions = [new("It is red.", Ten(2, "red"), "other"), new("blue", Ten(0, ""), "other"), new("Yes", Ten(10, "yes"), "yes/no")];
        var measures = VqaEvaluation.Run(questions);
        Assert.Equal(["accuracy", "accuracy, other", "accuracy, yes/no"], measures.Select(measure => measure.Name));
        double[] expected = [(0.6 + 0 + 1) / 3, 0.3, 1];
        Assert.All(measures.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Value, 1e-12));
        Assert.Equal(0, VqaEvaluation.Run(questions, extract: false)[0].Value, 1e-12);
    }
}
