using System.Net;
using MmiGrains.Grains.Chat;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Chat.Journal;
using MmiGrains.Grains.Tests.Store;

namespace MmiGrains.Grains.Tests.Chat;

/// <summary>Which sessions have a turn that has not ended.</summary>
public sealed class OpenSessionsTests(Stores stores)
{
    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_session_is_entered_anew_by_its_next_owner_and_the_last_ones_strike_comes_to_nothing(Backend backend)
    {
        var one = Open(backend, 1, out var prefix);
        var other = Open(backend, 2, out _, prefix);
        var (session, kept) = (Samples.NewSession(), Samples.NewSession());
        var first = await one.EnterAsync(session, epoch: 1);
        await one.EnterAsync(kept, epoch: 1);
        Assert.Equal([1, 1], (await other.ListAsync()).Select(entry => entry.Silo.Generation));
        var second = await other.EnterAsync(session, epoch: 2);
        await one.StrikeAsync(session.ToString(), first); // late
        Assert.Equal(2, (await one.ListAsync()).Single(entry => entry.Session == session.ToString()).Silo.Generation);
        await other.StrikeAsync(session.ToString(), second);
        Assert.Equal(kept.ToString(), Assert.Single(await one.ListAsync()).Session);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task An_entry_that_cannot_be_read_hides_no_other(Backend backend)
    {
        var open = Open(backend, 1, out var prefix);
        var session = Samples.NewSession();
        await open.EnterAsync(session, epoch: 1);
        await stores.Database(backend).HashSetAsync($"{prefix}/open-sessions", "acme/odd", "nonsense");
        await stores.Database(backend).HashSetAsync($"{prefix}/open-sessions", "acme/odder", "1.1 nonsense");
        Assert.Equal(session.ToString(), Assert.Single(await open.ListAsync()).Session);
    }

    private OpenSessions Open(Backend backend, int generation, out string used, string? prefix = null)
    {
        used = prefix ?? $"test-{Guid.NewGuid():N}";
        return new OpenSessions(stores[backend].Connection, new StoreOptions { KeyPrefix = used }, new Silo(SiloAddress.New(IPAddress.Loopback, 1, generation)));
    }

    private sealed class Silo(SiloAddress address) : ILocalSiloDetails
    {
        public string Name => "test";

        public string ClusterId => "test";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => address;

        public SiloAddress GatewayAddress => address;
    }
}
