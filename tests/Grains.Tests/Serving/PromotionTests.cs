using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Tests.Hosting;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Weights;

namespace MmiGrains.Grains.Tests.Serving;

/// <summary>Another model takes the place of the served one while conversations go on.</summary>
public sealed class PromotionTests(Stores stores)
{
    private const int Short = 2;
    private const int Probed = 50;
    private const int MostSteps = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), LongerThanPromotion = TimeSpan.FromSeconds(8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_turns_use_the_promoted_model_and_a_running_turn_ends_on_its_own()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await MmiSilo.StartAsync(stores, device => device with { RetireTime = TimeSpan.FromSeconds(0.5) });
        var first = silo.Device.Model.Hash;
        var quick = await TalkAsync(silo, "quick", Short);
        var steps = await LongStepsAsync(silo);
        var whole = await TalkAsync(silo, "whole", steps);

        var other = TinyModel.Write(folder.File("other"));
        var running = HearAsync(await SayAsync(silo, "running", steps));
        await UntilAsync(() => Task.FromResult(silo.Device.Diffusion.OpenCount > 0));
        await Served(silo).PromoteAsync(other);
        await UntilAsync(async () => (await Served(silo).ReadAsync()).Plan.Next is null);
        Assert.False(running.IsCompleted, "The turn was to be longer than the promotion.");
        Assert.NotEqual(quick, await TalkAsync(silo, "after", Short));
        Assert.Equal(whole, await running); // its picture and the text that follows it
        Assert.Equal([first, ServedModel.HashOf(other)], [await ModelOfAsync(silo, "running"), await ModelOfAsync(silo, "after")]);
        await UntilAsync(async () => (await WorkersAsync(silo)).All(worker => worker.Model != first)); // unloaded
        Assert.Equal(ServedModel.HashOf(other), silo.Device.Model.Hash);
        Directory.Delete(other, recursive: true); // the silos have a copy
        await Served(silo).RollBackAsync();
        await UntilAsync(async () => (await Served(silo).ReadAsync()).Plan.Next is null);
        Assert.Equal(quick, await TalkAsync(silo, "back", Short));
        var problem = await Assert.ThrowsAsync<InvalidPromotionException>(() => Served(silo).RollBackAsync());
        Assert.Equal("nothing_earlier", problem.Code);
    }

    [Fact]
    public async Task It_is_served_once_all_silos_have_it_and_by_silos_that_start_later()
    {
        using var folder = new TemporaryFolder();
        await using var first = await MmiSilo.StartAsync(stores);
        await using var second = await MmiSilo.StartAsync(stores, beside: first);
        var other = TinyModel.Write(folder.File("other"));
        await Served(second).PromoteAsync(other);
        await UntilAsync(async () => (await Served(first).ReadAsync()).Plan.Next is null);
        Assert.Empty((await Served(first).ReadAsync()).Waiting);
        var roles = (await WorkersAsync(first)).Where(worker => worker.Model == ServedModel.HashOf(other));
        Assert.Equal(6, roles.Count()); // three roles of two silos
        await using var third = await MmiSilo.StartAsync(stores, beside: first);
        Assert.Equal(ServedModel.HashOf(other), third.Device.Model.Hash);
        Assert.Single(third.Device.Encoders); // it has loaded no other
    }

    [Fact]
    public async Task A_checkpoint_is_served_with_the_tokenizer_that_conversations_have()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await MmiSilo.StartAsync(stores);
        var checkpoint = TinyModel.Write(folder.File("checkpoint"));
        File.Delete(Path.Combine(checkpoint, ModelFolder.TokenizerName));
        await File.WriteAllTextAsync(Path.Combine(checkpoint, "trainer.safetensors"), "what is not served", Cancellation);
        WeightManifest.Write(checkpoint);
        var info = await Served(silo).PromoteAsync(checkpoint);
        var theirs = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(info.Plan.Next!.Folder!)!, "somebody's")).FullName;
        Assert.Equal(
            ["config.json", "manifest.json", "model.safetensors", "tokenizer.model"], Directory.GetFiles(info.Plan.Next.Folder!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await UntilAsync(async () => (await Served(silo).ReadAsync()).Plan.Next is null);
        Assert.Null((await Served(silo).ReadAsync()).Problem);
        Assert.True(Directory.Exists(theirs), "What is not a copy is not ours to delete.");
        await TalkAsync(silo, "after", Short);
    }

    [Fact]
    public async Task What_cannot_be_loaded_is_given_up_and_what_is_served_stays()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await MmiSilo.StartAsync(stores);
        var broken = TinyModel.Write(folder.File("broken"));
        var config = ConfigFile.Read(Path.Combine(broken, ModelFolder.ConfigName));
        ConfigFile.Write(Path.Combine(broken, ModelFolder.ConfigName), config with { Llm = config.Llm with { IntermediateSize = 96 } });
        WeightManifest.Write(broken);
        await Served(silo).PromoteAsync(broken);
        await UntilAsync(async () => (await Served(silo).ReadAsync()).Problem is not null);
        var info = await Served(silo).ReadAsync();
        Assert.Contains("cannot load the model", info.Problem, StringComparison.Ordinal);
        Assert.Equal((silo.Device.Model.Hash, null), (info.Plan.Current!.Hash, info.Plan.Next));
        Assert.Equal(silo.Device.Model.Hash, await ModelAfterTurnAsync(silo));
    }

    [Fact]
    public async Task What_conversations_could_not_go_on_with_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await MmiSilo.StartAsync(stores);
        await RefusedAsync("there is no '/none'", "/none");

        var words = TinyModel.Write(folder.File("words"));
        await File.AppendAllTextAsync(Path.Combine(words, ModelFolder.TokenizerName), "x", Cancellation);
        WeightManifest.Write(words);
        await RefusedAsync("the tokenizer of the served one", words);

        var damaged = TinyModel.Write(folder.File("damaged"));
        await File.AppendAllTextAsync(Path.Combine(damaged, "model.safetensors"), "x", Cancellation);
        await RefusedAsync("manifest.json says", damaged);

        var config = ConfigFile.Read(Path.Combine(damaged, ModelFolder.ConfigName));
        var vocabulary = config with { SpecialTokens = config.SpecialTokens with { Pad = 7 } };
        Directory.CreateDirectory(folder.File("vocabulary"));
        ConfigFile.Write(Path.Combine(folder.File("vocabulary"), ModelFolder.ConfigName), vocabulary);
        await RefusedAsync("the vocabulary of the served one", folder.File("vocabulary"));
        Assert.Null((await Served(silo).ReadAsync()).Plan.Current);

        async Task RefusedAsync(string why, string model)
        {
            var problem = await Assert.ThrowsAsync<InvalidPromotionException>(() => Served(silo).PromoteAsync(model));
            Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Painters_with_another_model_than_decoders_end_the_turn_with_a_sentence()
    {
        using var folder = new TemporaryFolder();
        await using var decoder = await MmiSilo.StartAsync(stores, device => device with { Roles = WorkerRole.Encoder | WorkerRole.Decoder });
        await using var painter = await MmiSilo.StartAsync(stores, device => device with { Roles = WorkerRole.Diffusion, Model = TinyModel.Write(folder.File("other")) }, decoder);
        await UntilAsync(async () => (await WorkersAsync(decoder)).Count == 3); // three roles on two silos
        var session = await SayAsync(decoder, "lonely", Short);
        await foreach (var e in session.WatchAsync(0, Cancellation))
        {
            if (e.EndsTurn)
            {
                Assert.Contains("no painter has a model that a decoder has", Assert.IsType<TurnFailed>(e).Message, StringComparison.Ordinal);
                return;
            }
        }
    }

    private static IServedModelGrain Served(MmiSilo silo) => silo.Grains.GetGrain<IServedModelGrain>(0);

    // A tenant each: what a decoder remembers of one's words does not help another, and numbers come out alike to the last bit.
    private static IChatSessionGrain Session(MmiSilo silo, string id) => silo.Grains.GetGrain<IChatSessionGrain>($"{id}/talk");

    private static Task<IReadOnlyList<WorkerInfo>> WorkersAsync(MmiSilo silo) => silo.Grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync();

    private static async Task<string?> ModelAfterTurnAsync(MmiSilo silo)
    {
        await TalkAsync(silo, "served", Short);
        return await ModelOfAsync(silo, "served");
    }

    private static async Task<string?> ModelOfAsync(MmiSilo silo, string id)
    {
        await foreach (var e in Session(silo, id).WatchAsync(0, Cancellation))
        {
            if (e is TurnAccepted accepted)
            {
                return accepted.Model;
            }
        }

        return null;
    }

    // Steps that outlast a promotion, which takes two or three seconds of waiting on any machine.
    private static async Task<int> LongStepsAsync(MmiSilo silo)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        await TalkAsync(silo, "probe", Probed);
        var probe = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        return Math.Clamp((int)(Probed * (LongerThanPromotion / probe)), Probed, MostSteps);
    }

    // A picture, and some words after it: what was answered, as text.
    private static async Task<string> TalkAsync(MmiSilo silo, string id, int steps) => await HearAsync(await SayAsync(silo, id, steps));

    private static async Task<IChatSessionGrain> SayAsync(MmiSilo silo, string id, int steps)
    {
        var session = Session(silo, id);
        await session.CreateAsync();
        var settings = new GenerationSettings { MaxTokens = 16, Seed = 5, ImageFirst = true, ImageSteps = steps, MaxImages = 1, PreviewEvery = 0 };
        await session.SendAsync(new TurnRequest("turn", [new TextSegment("a big red star.")], settings));
        return session;
    }

    private static async Task<string> HearAsync(IChatSessionGrain session)
    {
        var said = new List<string>();
        await foreach (var e in session.WatchAsync(0, Cancellation))
        {
            switch (e)
            {
                case TextDelta text:
                    said.Add(string.Join(",", text.TokenIds));
                    break;
                case ImageCompleted image:
                    said.Add($"[{image.Image.Hash}]");
                    break;
                case TurnFailed failed:
                    Assert.Fail(failed.Message);
                    break;
            }

            if (e.EndsTurn)
            {
                break;
            }
        }

        return string.Join(",", said);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var began = System.Diagnostics.Stopwatch.GetTimestamp(); !await holds();)
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) < Patience, "It did not come.");
            await Task.Delay(50, Cancellation);
        }
    }
}
