using System.Text.Json;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Inference;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Model.Tests.Training;

/// <summary>Several trainers in one process: what travels between them is handed over here.</summary>
public sealed class RoundTrainerTests : IDisposable
{
    private static readonly ExchangeOptions EveryStep = new();

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Trainers_that_share_the_batches_of_each_step_make_the_steps_of_one_bit_for_bit_whoever_comes_and_goes()
    {
        var recipe = Recipe(steps: 6);
        var alone = new TrainingRun(recipe, ".", _folder.File("alone"), Open, new Silent()).Run(CancellationToken.None);

        // The second joins after three rounds, the third after five; then the first leaves.
        var members = new List<RoundTrainer> { RoundTrainer.Open(Sources(recipe), EveryStep, _folder.File("shared")) };
        for (var round = 0; members[0].State.Stage < 2; round++)
        {
            if (round is 3 or 5)
            {
                members.Add(Join(recipe, EveryStep, members[0], "shared"));
            }

            if (round == 7)
            {
                members[0].Dispose();
                members.RemoveAt(0);
            }

            MakeRound(members, round);
            EndStage(members, recipe);
        }

        var together = members[0].Finish();
        members.ForEach(member => member.Dispose());
        Assert.Equal(File.ReadAllBytes(Path.Combine(alone, "model.safetensors")), File.ReadAllBytes(Path.Combine(together, "model.safetensors")));
    }

    [Fact, Trait("Category", "slow")]
    public void Losses_of_three_trainers_over_fifty_steps_are_those_of_one()
    {
        var recipe = Recipe(steps: 50) with { CheckpointEvery = 100 };
        recipe = recipe with { Stages = [recipe.Stages[1] with { Accumulation = 3, AverageDecay = 0 }] };
        var one = Losses(recipe, EveryStep, 1, 50);
        var three = Losses(recipe, EveryStep, 3, 50);
        Assert.All(one.Zip(three), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5));
        Assert.True(one[^10..].Average() < 0.8 * one[..10].Average(), $"the loss went from {one[..10].Average()} to {one[^10..].Average()}");
    }

    [Fact]
    public void Rounds_of_several_steps_come_to_the_same_whoever_computes_the_replicas_and_go_on_from_a_checkpoint()
    {
        var recipe = Recipe(steps: 8);
        recipe = recipe with { Stages = [recipe.Stages[1] with { Steps = 8 }] };
        var exchange = new ExchangeOptions { InnerSteps = 3, Replicas = 2 };
        var one = Finish(recipe, exchange, 1, "one");
        var two = Finish(recipe, exchange, 2, "two");
        Assert.Equal(File.ReadAllBytes(Path.Combine(one, "model.safetensors")), File.ReadAllBytes(Path.Combine(two, "model.safetensors")));

        // The same with an end after the first round and another trainer that reads its checkpoint.
        using (var first = RoundTrainer.Open(Sources(recipe), exchange, _folder.File("parts")))
        {
            MakeRound([first], 0);
            first.WriteCheckpoint();
            MakeRound([first], 1);
        }

        var parts = Finish(recipe, exchange, 1, "parts");
        Assert.Equal(File.ReadAllBytes(Path.Combine(one, "model.safetensors")), File.ReadAllBytes(Path.Combine(parts, "model.safetensors")));
    }

    [Fact]
    public void One_replica_whose_outer_step_takes_it_as_it_is_trains_as_without_rounds()
    {
        var recipe = Recipe(steps: 12) with { CheckpointEvery = 100 };
        recipe = recipe with { Stages = [recipe.Stages[1] with { AverageDecay = 0 }] };
        var plain = Losses(recipe, EveryStep, 1, 12).Chunk(4).Select(round => round.Average());
        var outer = Losses(recipe, new ExchangeOptions { InnerSteps = 4, Replicas = 1, OuterRate = 1, OuterMomentum = 0 }, 1, 3);
        Assert.All(plain.Zip(outer), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-4));
    }

    [Fact]
    public void What_rounding_to_bfloat16_loses_is_made_up_for_later()
    {
        var random = new Random(3);
        float[] step = [.. Enumerable.Range(0, 100).Select(_ => (float)random.NextDouble() * 1e-3f)];
        var (lost, sum, rounded) = (new float[100], new float[100], new float[100]);
        for (var i = 0; i < 1000; i++)
        {
            PieceEncoding.Add(sum, PieceEncoding.ToBFloat16(step, lost), isBFloat16: true);
            PieceEncoding.Add(rounded, PieceEncoding.ToBFloat16(step, new float[100]), isBFloat16: true);
        }

        var (with, without) = (Error(sum), Error(rounded));
        Assert.InRange(with, 0, 1e-4);
        Assert.True(without > 5 * with, $"error {with} with what was lost, {without} without");

        double Error(float[] reached) => reached.Zip(step).Max(pair => Math.Abs((pair.First / (1000.0 * pair.Second)) - 1));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_and_the_one_before_it_goes_on()
    {
        var recipe = Recipe(steps: 2);
        var notes = new List<string>();
        using (var trainer = RoundTrainer.Open(Sources(recipe), EveryStep, _folder.File("damaged")))
        {
            MakeRound([trainer], 0);
            trainer.WriteCheckpoint();
        }

        var weights = Path.Combine(Directory.GetDirectories(_folder.File("damaged/checkpoints")).Order(StringComparer.Ordinal).Last(), "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        using var resumed = RoundTrainer.Open(Sources(recipe, notes.Add), EveryStep, _folder.File("damaged"));
        Assert.Equal(0, resumed.State.Step);
        Assert.Contains(notes, note => note.Contains("passed over", StringComparison.Ordinal) && note.Contains("model.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public void Replicas_share_out_the_samples_each_once_and_each_share_goes_on_where_it_was()
    {
        string[] whole = [.. Read(new PatchStream(), 12)];
        var shares = Enumerable.Range(0, 3).Select(first =>
        {
            var stream = new StridedSampleStream(new PatchStream(), 3, first);
            var begun = Read(stream, 2).ToList();
            var later = new StridedSampleStream(new PatchStream(), 3, first);
            later.Restore(stream.SavePosition());
            return begun.Concat(Read(later, 2)).ToArray();
        }).ToArray();
        Assert.Equal(whole, Enumerable.Range(0, 4).SelectMany(i => shares.Select(share => share[i])));

        static IEnumerable<string> Read(ISampleStream stream, int count) => Enumerable.Range(0, count).Select(_ => stream.Next().Origin).ToArray();
    }

    public void Dispose() => _folder.Dispose();

    private static ISampleStream Open(IReadOnlyList<JsonElement> data, ulong seed) => new PatchStream();

    private static RecipeSources Sources(TrainingRecipe recipe, Action<string>? note = null) => new(recipe, ".", Open, note ?? (_ => { }));

    private RoundTrainer Join(TrainingRecipe recipe, ExchangeOptions exchange, RoundTrainer from, string folder)
    {
        var state = from.DescribeState();
        var joined = RoundTrainer.Join(Sources(recipe), exchange, _folder.File(folder), state);
        for (var piece = 0; piece < state.Pieces; piece++)
        {
            joined.WriteState(piece, from.ReadState(piece));
        }

        return joined;
    }

    // Leases go round, beginning with another member each time, and are added up in their own order.
    private static double MakeRound(IReadOnlyList<RoundTrainer> members, int round)
    {
        var count = members[0].LeaseCount;
        var all = Enumerable.Range(0, count).Reverse().Select(lease => (Lease: lease, Done: members[(lease + round) % members.Count].Contribute(lease))).OrderBy(one => one.Lease).ToArray();
        float[][] sum = [.. all[0].Done.Pieces.Select(piece => new float[piece.Length])];
        foreach (var (_, done) in all)
        {
            for (var piece = 0; piece < sum.Length; piece++)
            {
                PieceEncoding.Add(sum[piece], PieceEncoding.ToBytes(done.Pieces[piece]), isBFloat16: false);
            }
        }

        double[] losses = [.. members.Select(member => member.Apply([.. sum.Select(piece => piece.ToArray())], [.. all.Select(one => one.Done.Outcome)]).Losses["loss"])];
        return losses[0];
    }

    private static void EndStage(List<RoundTrainer> members, TrainingRecipe recipe)
    {
        if (members[0].State.StageStep == recipe.Stages[members[0].State.Stage].Steps)
        {
            members.ForEach(member => member.EndStage(writes: member == members[0]));
        }
    }

    private double[] Losses(TrainingRecipe recipe, ExchangeOptions exchange, int count, int rounds)
    {
        var members = new List<RoundTrainer> { RoundTrainer.Open(Sources(recipe), exchange, _folder.File($"{count}-{exchange.InnerSteps}")) };
        members.AddRange(Enumerable.Range(1, count - 1).Select(_ => Join(recipe, exchange, members[0], $"{count}-{exchange.InnerSteps}")));
        double[] losses = [.. Enumerable.Range(0, rounds).Select(round => MakeRound(members, round))];
        members.ForEach(member => member.Dispose());
        return losses;
    }

    private string Finish(TrainingRecipe recipe, ExchangeOptions exchange, int count, string name)
    {
        var members = new List<RoundTrainer> { RoundTrainer.Open(Sources(recipe), exchange, _folder.File(name)) };
        members.AddRange(Enumerable.Range(1, count - 1).Select(_ => Join(recipe, exchange, members[0], name)));
        for (var round = 0; members[0].State.Stage < recipe.Stages.Count; round++)
        {
            MakeRound(members, round);
            EndStage(members, recipe);
        }

        var model = members[0].Finish();
        members.ForEach(member => member.Dispose());
        return model;
    }

    private TrainingRecipe Recipe(int steps)
    {
        var tokenizer = _folder.File("tokenizer.model");
        File.WriteAllBytes(tokenizer, TinyVocabulary.File(512));
        var data = JsonDocument.Parse("[{}]").RootElement.EnumerateArray().ToArray();
        var optimizer = new OptimizerConfig { Lr = 3e-3, OverridesFirstMatch = [] };
        return new TrainingRecipe
        {
            Config = SmallModel.Config,
            Tokenizer = tokenizer,
            Threads = 1,
            CheckpointEvery = 3,
            Stages =
            [
                new() { Name = "autoencoder", Objective = "autoencoder", Steps = 4, Rows = 1, Accumulation = 2, Packing = new() { RowLength = 45 }, Data = data, Optimizer = optimizer },
                new()
                {
                    Name = "all", Train = "all", Steps = steps, Rows = 1, Accumulation = 2, Packing = new() { RowLength = 45 }, Data = data,
                    Optimizer = optimizer, IsolateSamples = true, AverageDecay = 0.9, WarmupSteps = 3,
                },
            ],
        };
    }

    private sealed class Silent : ITrainingObserver
    {
        public void StageBegins(TrainingStage stage, long stageStep)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Validated(long step, IReadOnlyDictionary<string, double> losses)
        {
        }

        public void Noted(string message)
        {
        }
    }
}
