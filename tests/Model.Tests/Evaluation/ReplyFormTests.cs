using MmiGrains.Model.Data;
using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Evaluation;

/// <summary>Forms of replies: what a conversation asks for, and what a model wrote.</summary>
public sealed class ReplyFormTests
{
    private static readonly ImagePiece Picture = new(((ImagePiece)SceneSamples.Get(SceneSplit.Test, SceneTask.Caption, 0).Data.Pieces[0]).Image);

    private static SamplePiece Read(string text) => new TextPiece(text, IsTrained: false);

    [Fact]
    public void Each_turn_of_a_conversation_is_one_reply()
    {
        SamplePiece[] pieces =
        [
            Read("tell a story about Bo."), new TextPiece("meet Bo."), Picture, new TextPiece("Bo runs."), Picture, new TurnEndPiece(),
            Read("make it red."), Picture, new TurnEndPiece(),
            Read("what is it?"), new TextPiece("a star"),
        ];
        var replies = ReplyForm.In(new DataSample(pieces)).ToArray();
        Assert.Equal([new(true, true), new(false, true), new(true, false)], replies.Select(reply => reply.Form));
        Assert.Equal([1, 7, 10], replies.Select(reply => reply.Before.Count));
    }

    [Theory]
    [InlineData("the star goes to the left.", TextEnding.Picture, "words and a picture")]
    [InlineData("", TextEnding.Picture, "a picture")]
    [InlineData("two", TextEnding.Answer, "words")]
    [InlineData("then then then the star goes to the left.", TextEnding.Picture, null)]
    [InlineData("the star", TextEnding.None, null)]
    public void A_text_that_stutters_or_does_not_end_has_no_form(string text, TextEnding ending, string? form) =>
        Assert.Equal(form, new WrittenText(text, ending).Form?.ToString());

    [Fact]
    public void No_text_of_the_small_world_stutters() => Assert.All(
        Enumerable.Range(0, 300).SelectMany(i => SceneSamples.Get(SceneSplit.Test, SceneTask.Conversation, i).Data.Pieces.OfType<TextPiece>()),
        piece => Assert.NotNull(new WrittenText(piece.Text, TextEnding.Answer).Form));
}
