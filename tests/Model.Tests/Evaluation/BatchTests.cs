using MmiGrains.Model.Data;
using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Tests.Interleaved;
using MmiGrains.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Evaluation;

/// <summary>What is written and painted in batches is what one sequence at a time would be.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = SeededModel.Create();
    private readonly LlamaTokenizer _tokenizer = Inference.TinyVocabulary.Load(512);

    [Fact]
    public void Pictures_are_those_of_a_session()
    {
        var samples = Enumerable.Range(0, 3).Select(i => SceneSamples.Get(SceneSplit.Test, SceneTask.Edit, i).Data.Pieces.Take(2).ToArray()).ToArray();
        var options = new DenoisingOptions(2, 2, "dpm++");
        var together = new PicturePainter(_model, _tokenizer, options, 3).Paint(samples, 5);
        for (var i = 0; i < samples.Length; i++)
        {
            var tokens = new SampleTokenizer(_tokenizer, _model.Config).Tokenize(new DataSample(samples[i]));
            using var session = new InterleavedSession(_model);
            session.Append([.. tokens.Ids.SkipLast(1), _model.Config.SpecialTokens.Soi], ImageProcessor.ToTensor(tokens.Images[0].ForEncoder));
            var alone = ImageProcessor.FromTensor(session.PaintImage(options, 5 + i).squeeze(0));
            var worst = together[i].Pixels.ToArray().Zip(alone.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Max();
            Assert.InRange(worst, 0, 1);
        }
    }

    [Fact]
    public void Pictures_that_begin_at_their_truths_are_near_them()
    {
        var samples = Enumerable.Range(0, 3).Select(i => SceneSamples.Get(SceneSplit.Test, SceneTask.Picture, i)).ToArray();
        RgbImage[] truths = [.. samples.Select(sample => ((ImagePiece)sample.Data.Pieces[^1]).Image.Load(64))];
        IReadOnlyList<SamplePiece>[] prompts = [.. samples.Select(sample => sample.Data.Pieces.Take(1).ToArray())];
        var painted = new PicturePainter(_model, _tokenizer, new DenoisingOptions(20, 2, "dpm++"), 2).Paint(prompts, 5, (truths, 1));
        foreach (var (truth, picture) in truths.Zip(painted))
        {
            var nearest = truths.MinBy(other => Distance(ImageProcessor.FromTensor(_model.ImageDecoder.Reconstruct(ImageProcessor.ToTensor(other))[0]), picture));
            Assert.Same(truth, nearest);
        }

        static int Distance(RgbImage one, RgbImage other) => one.Pixels.ToArray().Zip(other.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Sum();
    }

    [Fact]
    public void Answers_do_not_depend_on_their_company()
    {
        var prompts = Enumerable.Range(0, 5).Select(i => (IReadOnlyList<SamplePiece>)[.. SceneSamples.Get(SceneSplit.Test, SceneTask.Question, i).Data.Pieces.Take(2)]).ToArray();
        var together = new AnswerWriter(_model, _tokenizer, 5).Write(prompts, 6);
        var alone = new AnswerWriter(_model, _tokenizer, 1).Write(prompts, 6);
        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Switching_a_look_off_changes_what_is_made(bool language, bool decoder)
    {
        var config = _model.Config with { Ablation = new() { MmfsInLanguageModel = language, MmfsInImageDecoder = decoder } };
        using var blind = ModelFolder.Create(config);
        blind.load_state_dict(_model.state_dict());
        blind.eval();
        IReadOnlyList<SamplePiece>[] prompts = [[.. SceneSamples.Get(SceneSplit.Test, SceneTask.Edit, 0).Data.Pieces.Take(2)]];
        var options = new DenoisingOptions(2, 2, "dpm++");
        var seeing = new PicturePainter(_model, _tokenizer, options, 1).Paint(prompts, 1)[0];
        Assert.NotEqual(seeing.Pixels.ToArray(), new PicturePainter(blind, _tokenizer, options, 1).Paint(prompts, 1)[0].Pixels.ToArray());
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }
}
