using MmiGrains.Model.Metrics.Captions;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class CaptionScoreTests
{
    // Captions of one token per letter or word; the first is the candidate.
    private static TokenizedCaptions Captions(string candidate, params string[] references) =>
        new(candidate.Split(' ', StringSplitOptions.RemoveEmptyEntries), [.. references.Select(reference => reference.Split(' '))]);

    // What the language-evaluation package, which wraps the official scorers, prints for these two captions.
    [Fact]
    public void The_published_example_has_the_published_scores()
    {
        var measures = CaptionEvaluation.Run([new("i am a boy", ["am i a boy ?"]), new("she is a girl", ["is she a girl ?"])]);
        Assert.Equal(["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr"], measures.Select(measure => measure.Name));
        double[] expected = [0.9999999997500004, 0.5773502690332603, 4.3679023223468616e-06, 1.4287202142987477e-08, 0.75, 3.333333333333333];
        Assert.All(measures.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Value, pair.Second * 1e-12));
        Assert.All(measures, measure => Assert.InRange(measure.Value, measure.Low!.Value - 1e-12, measure.High!.Value + 1e-12));
    }

    // What the formulas of pycocoevalcap's scorers give, evaluated in Python with its defaults.
    [Fact]
    public void A_corpus_with_several_references_has_the_scores_of_the_official_formulas()
    {
        CaptionPair[] pairs =
        [
            new("A black dog is running on the beach.", ["a black dog runs across the wet beach", "The dog is running on a beach!", "a dog at the sea"]),
            new("Two children play a game in a park", ["Two children play chess in a park.", "a boy and a girl playing chess outside"]),
            new("a red bus, near a church", ["A red bus stops near the old church", "a bus in front of a church", "the red bus is waiting."]),
        ];
        double[] expected = [0.9545454545020661, 0.7764475599407831, 0.6091887046630718, 0.3631433064805005, 0.7269534354332511, 2.3686361417425217];
        Assert.All(CaptionEvaluation.Run(pairs).Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Value, 1e-12));
        var plain = Cider.Scores([.. pairs.Select(TokenizedCaptions.Of)], CiderVariant.Cider);
        double[] expectedPlain = [2.6958556674146883, 2.234582237863915, 2.3335371513675915];
        Assert.All(plain.Zip(expectedPlain), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    // The example of the BLEU paper: "the" is in a reference twice at most, so 2 of 7; the closest reference has 7 tokens.
    [Fact]
    public void A_word_counts_as_often_as_the_reference_that_has_it_most()
    {
        var scores = Bleu.Score([Captions("the the the the the the the", "the cat is on the mat", "there is a cat on the mat")]);
        Assert.Equal(2.0 / 7, scores[0], 1e-9);
        Assert.InRange(scores[1], 0, 1e-6);
    }

    // References of 4 and 6 tokens are as close to 5: the shorter counts, and there is no penalty. One of 6: exp(1 - 6/5).
    [Fact]
    public void Short_captions_are_penalised_by_the_closest_reference()
    {
        Assert.Equal(1, Bleu.Score([Captions("a b c d e", "a b c d", "a b c d e f")])[0], 1e-8);
        Assert.Equal(Math.Exp(-0.2), Bleu.Score([Captions("a b c d e", "a b c d e f")])[0], 1e-8);
    }

    // 1 of 1 and 1 of 3 words match: 2 of 4 for the corpus, where the mean of captions would be 2/3. Lengths 4 and 1 + 3 are equal.
    [Fact]
    public void Bleu_is_of_the_corpus_rather_than_a_mean() => Assert.Equal(0.5, Bleu.Score([Captions("a", "a"), Captions("b x y", "b c d")])[0], 1e-9);

    // "a c d" in order: precision 3/4, recall 3/6; (1 + 1.44) * 0.375 / (0.5 + 1.44 * 0.75) = 0.915 / 1.58.
    [Fact]
    public void Rouge_weighs_recall_over_precision() => Assert.Equal(0.915 / 1.58, RougeL.Score(Captions("a b c d", "a c d e f g")), 1e-12);

    // The first reference has the better precision (3/4), the second the better recall (2/2): 2.44 * 0.75 / (1 + 1.44 * 0.75).
    [Fact]
    public void Rouge_takes_the_best_precision_and_the_best_recall() =>
        Assert.Equal(2.44 * 0.75 / 2.08, RougeL.Score(Captions("a b c d", "a c d e f g", "a b")), 1e-12);

    // Two images, and every word is in the references of one only: each idf is log 2.
    // First: words and the pair are equal, runs of 3 and 4 lack: (1 + 1 + 0 + 0) / 4 * 10 = 5.
    // Second: cosine of (1, 0) and (1, 1) is 1/√2; of pairs 0 against 1, so the penalty is exp(-1 / 72).
    [Fact]
    public void Cider_is_the_mean_cosine_of_four_lengths()
    {
        TokenizedCaptions[] corpus = [Captions("a b", "a b"), Captions("c", "c d")];
        var scores = Cider.Scores(corpus);
        Assert.Equal(5, scores[0], 1e-12);
        Assert.Equal(10 / Math.Sqrt(2) / 4 * Math.Exp(-1.0 / 72), scores[1], 1e-12);
        Assert.Equal(10 / Math.Sqrt(2) / 4, Cider.Scores(corpus, CiderVariant.Cider)[1], 1e-12);
    }

    // "a a" has weights (2, 0) against (1, 1): clipped, 1 * 1 / (2 √2); plain, 2 * 1 / (2 √2). Both have one pair, a different one.
    [Fact]
    public void Repeating_a_word_earns_nothing_in_CiderD()
    {
        TokenizedCaptions[] corpus = [Captions("a a", "a b"), Captions("c d", "c d")];
        Assert.Equal(10 / 4.0 / (2 * Math.Sqrt(2)), Cider.Scores(corpus)[0], 1e-12);
        Assert.Equal(10 / 4.0 / Math.Sqrt(2), Cider.Scores(corpus, CiderVariant.Cider)[0], 1e-12);
    }

    // "a" is in both images' references, so its idf is log(2 / 2) = 0, however many references of an image have it.
    [Fact]
    public void Words_of_every_image_count_nothing()
    {
        Assert.Equal(0, Cider.Scores([Captions("a", "a x", "a y"), Captions("z", "a z")])[0]);
        Assert.Equal(0, Cider.Scores([Captions("a b", "a b")])[0]);
    }

    [Fact]
    public void An_empty_caption_scores_nothing()
    {
        var measures = CaptionEvaluation.Run([new("...", ["a dog"]), new("", ["a cat"])]);
        Assert.All(measures, measure => Assert.InRange(measure.Value, 0, 1e-9));
    }

    [Fact]
    public void A_caption_without_references_is_refused()
    {
        Assert.Throws<ArgumentException>(() => CaptionEvaluation.Run([new("a dog", [])]));
        Assert.Throws<ArgumentException>(() => CaptionEvaluation.Run([]));
    }
}
