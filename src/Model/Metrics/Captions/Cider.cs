namespace MmiGrains.Model.Metrics.Captions;

/// <summary>
/// CIDEr (Vedantam, Zitnick and Parikh, 2015): the mean over runs of one to four tokens, and over references, of the cosine between
/// tf-idf vectors, times 10. An image of the corpus is a document, and its references are the document's text. As in pycocoevalcap,
/// tokens are not stemmed and a corpus of one image scores 0, since every idf is log 1.
/// </summary>
public static class Cider
{
    private const double Sigma = 6;
    private const double Scale = 10;

    /// <summary>The score of each caption; a corpus' score is their mean.</summary>
    public static double[] Scores(IReadOnlyList<TokenizedCaptions> corpus, CiderVariant variant = CiderVariant.CiderD)
    {
        var references = corpus.Select(captions => captions.References.Select(NGrams.Count).ToList()).ToList();
        var documents = new Dictionary<string, int>();
        foreach (var run in references.SelectMany(ofImage => ofImage.SelectMany(counts => counts.SelectMany(runs => runs.Keys)).Distinct()))
        {
            documents[run] = documents.GetValueOrDefault(run) + 1;
        }

        var logCount = Math.Log(corpus.Count);
        double InverseFrequency(string run) => logCount - Math.Log(Math.Max(1, documents.GetValueOrDefault(run)));
        return [.. corpus.Select((captions, i) =>
        {
            var candidate = Vector.Of(NGrams.Count(captions.Candidate), InverseFrequency);
            return Scale * references[i].Average(counts => Similarity(candidate, Vector.Of(counts, InverseFrequency), variant));
        })];
    }

    private static double Similarity(Vector candidate, Vector reference, CiderVariant variant)
    {
        var sum = 0.0;
        for (var n = 0; n < NGrams.Longest; n++)
        {
            var norms = candidate.Norms[n] * reference.Norms[n];
            if (norms == 0)
            {
                continue;
            }

            var product = 0.0;
            foreach (var (run, weight) in candidate.Weights[n])
            {
                var other = reference.Weights[n].GetValueOrDefault(run);
                product += (variant == CiderVariant.CiderD ? Math.Min(weight, other) : weight) * other;
            }

            sum += product / norms;
        }

        var difference = candidate.PairCount - reference.PairCount;
        var penalty = variant == CiderVariant.CiderD ? Math.Exp(-difference * difference / (2 * Sigma * Sigma)) : 1;
        return penalty * sum / NGrams.Longest;
    }

    // PairCount is the official measure of length: runs of two tokens.
    private sealed record Vector(Dictionary<string, double>[] Weights, double[] Norms, double PairCount)
    {
        public static Vector Of(Dictionary<string, int>[] counts, Func<string, double> inverseFrequency)
        {
            Dictionary<string, double>[] weights =
                [.. counts.Select(runs => runs.ToDictionary(run => run.Key, run => run.Value * inverseFrequency(run.Key)))];
            return new Vector(
                weights, [.. weights.Select(runs => Math.Sqrt(runs.Values.Sum(weight => weight * weight)))], counts[1].Values.Sum());
        }
    }
}
