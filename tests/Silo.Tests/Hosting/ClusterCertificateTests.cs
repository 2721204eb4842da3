using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Tests.Hosting;

/// <summary>Silos with a certificate.</summary>
public sealed class ClusterCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_and_clients_talk_to_those_alone_that_have_it()
    {
        using var own = Certificate("own");
        using var other = Certificate("other");
        await using var first = await RunningSilo.StartAsync(Options(own, WorkerRole.Decoder, new StoreOptions { DataFolder = _folder.File("store") }), Cancellation);
        var store = new StoreOptions { ConnectionString = first.Store.EndPoint, AllowUnsafePersistence = true };
        foreach (var port in new[] { first.Options.SiloPort, first.Options.GatewayPort })
        {
            await SpeakNonsenseAsync(port);
        }

        await using (var second = await RunningSilo.StartAsync(Options(own, WorkerRole.Diffusion, store), Cancellation))
        await using (var client = await ClusterClient.ConnectAsync(store, own, Cancellation))
        {
            var directory = client.Grains.GetGrain<IWorkerDirectoryGrain>(0);
            while ((await directory.ListAsync()).Select(worker => worker.Role).Distinct().Count() < 2)
            {
                await Task.Delay(50, Cancellation); // each silo tells of itself through the other's port
            }
        }

        foreach (var wrong in new[] { other, null })
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
            await Assert.ThrowsAnyAsync<Exception>(() => ClusterClient.ConnectAsync(store, wrong, late.Token));
            Assert.True(late.IsCancellationRequested);
        }
    }

    public void Dispose() => _folder.Dispose();

    private SiloOptions Options(X509Certificate2 certificate, WorkerRole roles, StoreOptions store) => new()
    {
        Device = new DeviceOptions { Roles = roles, Model = TinyModel.Write(_folder.File($"model-{roles}")), DrainTime = TimeSpan.FromSeconds(1) },
        Store = store,
        Certificate = certificate,
        HttpPort = FreePort.Next(),
        SiloPort = FreePort.Next(),
        GatewayPort = FreePort.Next(),
        ShutdownTime = TimeSpan.FromSeconds(15),
    };

    private X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = _folder.File($"{name}.pem");
        File.WriteAllText(path, $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return ClusterCertificate.Read(path);
    }

    private static async Task SpeakNonsenseAsync(int port)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        var bytes = new byte[4096];
        new Random(1).NextBytes(bytes);
        var answer = new byte[1];
        try
        {
            await connection.GetStream().WriteAsync(bytes, Cancellation);
            while (await connection.GetStream().ReadAsync(answer, Cancellation) > 0)
            {
                // an alert, and then the end
            }
        }
        catch (IOException)
        {
            // refused
        }
    }
}
