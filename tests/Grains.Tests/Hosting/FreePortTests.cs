using System.Net;
using System.Net.Sockets;
using MmiGrains.Grains.Hosting;

namespace MmiGrains.Grains.Tests.Hosting;

/// <summary>Ports that are chosen before they are used.</summary>
public sealed class FreePortTests
{
    [Fact]
    public void No_port_is_given_twice_nor_could_an_outgoing_connection_take_it()
    {
        var ports = Enumerable.Range(0, 200).Select(_ => FreePort.Next()).ToArray();
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 1024, 32767));
    }

    [Fact]
    public void A_port_that_is_kept_is_given_to_nobody()
    {
        int[] kept = [.. Enumerable.Range(24_000, 300)];
        FreePort.Keep(kept);
        Assert.Empty(Enumerable.Range(0, 1_000).Select(_ => FreePort.Next()).Intersect(kept));
    }

    [Fact]
    public void A_port_that_somebody_listens_on_is_not_free()
    {
        var port = FreePort.Next();
        Assert.True(FreePort.IsFree(port));
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Assert.False(FreePort.IsFree(port));
    }
}
