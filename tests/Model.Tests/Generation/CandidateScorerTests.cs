using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Generation;

[Collection(SharedModelCollection.Name)]
public sealed class CandidateScorerTests(SharedModel golden) : IDisposable
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<int, long[][]> Candidates => new()
    {
        { 1, [[5, 6, 7], [8, 9, 10], [5, 6, 200]] },
        { 2, [[40, 41, 42, 43], [50], [60, 61]] },
        { 1, [[17, 18, 19]] },
        { 1, [[17], [99], [4]] },
        { 1, [[17]] },
        { 0, [[30, 31], [32]] },
    };

    [Theory]
    [MemberData(nameof(Candidates), DisableDiscoveryEnumeration = true)]
    public void A_candidate_scores_as_in_a_full_pass_of_its_own(int images, long[][] candidates)
    {
        var prompt = golden.Document(images, 4, 7);
        var pictures = images == 0 ? null : golden.Pictures(images);
        var length = candidates.Max(candidate => candidate.Length);
        var ids = candidates.SelectMany(candidate => candidate.Concat(Enumerable.Repeat((long)golden.Special.Pad, length - candidate.Length)));
        var mask = candidates.SelectMany(candidate => Enumerable.Range(0, length).Select(i => i < candidate.Length ? 1L : 0L));

        var scores = new CandidateScorer(golden.Model).Score(
            Batch(prompt), pictures, tensor(ids.ToArray(), [candidates.Length, length]), tensor(mask.ToArray(), [candidates.Length, length]));

        Assert.Equal([candidates.Length], scores.shape);
        for (var i = 0; i < candidates.Length; i++)
        {
            Assert.Equal(FullPass(prompt, candidates[i], pictures), scores[i].item<float>(), 2e-4);
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        _quiet.Dispose();
    }

    private InterleavedBatch Batch(long[] row) => golden.Model.Batch(tensor(row, [1, row.Length]));

    private double FullPass(long[] prompt, long[] candidate, EncodedImages? pictures)
    {
        var batch = Batch([.. prompt, .. candidate]);
        var hidden = golden.Model.Decoder.Forward(
            new LlamaInput(golden.Model.Embed(batch.TokenIds, pictures?.VisualTokens)) { Images = golden.Model.ProjectImages(batch, pictures) });
        var logarithms = golden.Model.Logits(hidden)[0].log_softmax(-1);
        return candidate.Select((id, i) => (double)logarithms[prompt.Length - 1 + i, id].item<float>()).Sum();
    }
}
