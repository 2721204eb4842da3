using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class ConversationTests
{
    [Fact]
    public void Every_answer_is_the_one_that_the_records_give_and_follows_its_question()
    {
        var answers = 0;
        foreach (var sample in Samples.Of(SceneTask.Conversation, 2_000))
        {
            var texts = sample.Texts();
            foreach (var truth in sample.Truth<ConversationTruth>().Answers)
            {
                Assert.True(QuestionReader.Answer(truth) == truth.Answer, $"{sample.Data.Origin}: {truth.Question} {truth.Answer}, not {QuestionReader.Answer(truth)}");
                Assert.Contains(texts.Zip(texts.Skip(1)), pair => pair == (truth.Question, truth.Answer));
                answers++;
            }
        }

        Assert.InRange(answers, 3_000, 6_000);
    }

    [Fact]
    public void Turns_are_asked_and_answered_in_turn()
    {
        foreach (var sample in Samples.Of(SceneTask.Conversation, 2_000))
        {
            var kinds = sample.Kinds();
            var turns = (kinds[0] == 'i' ? kinds[1..] : kinds).Split('.');
            Assert.InRange(turns.Length, 2, 6);
            Assert.All(turns, turn => Assert.Matches("^t[TI]+$", turn));
            Assert.InRange(kinds.Count(kind => kind is 'i' or 'I'), 1, 4);
        }
    }

    [Fact]
    public void A_turn_that_the_sample_goes_on_after_ends_in_the_token_that_ends_it_at_last()
    {
        var sample = Samples.Of(SceneTask.Conversation, 1).Single();
        Assert.Contains(sample.Data.Pieces, piece => piece is TurnEndPiece { IsTrained: true });
        Assert.IsNotType<TurnEndPiece>(sample.Data.Pieces[^1]);
    }
}
