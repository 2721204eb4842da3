using System.CommandLine;
using System.Net;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Illustration;
using MmiGrains.Grains.Store;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi up</c>: starts a silo with all roles or some, alone or beside others on one Redis.</summary>
internal static class UpCommand
{
    private const long MostBytes = 1L << 50;

    private static readonly Option<string> Roles = new("--roles") { Description = "What this silo offers, by commas: frontend, encoder, decoder, diffusion, trainer; without it, all.", HelpName = "ROLES" };
    private static readonly Option<string> Model = new("--model") { Description = "The model's folder.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };
    private static readonly Option<string> Redis = new("--redis") { Description = "A Redis server for all silos, as host:port,password=...; without it, a store inside this process.", HelpName = "HOST" };
    private static readonly Option<string> Data = new("--data") { Description = "Folder of the store inside this process.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("data", "store") };
    private static readonly Option<bool> AllowUnsafe = new(StoreOptions.AllowUnsafeFlag) { Description = "Accept a Redis that may lose acknowledged writes." };
    private static readonly Option<string> Cluster = new("--cluster") { Description = "Silos of one name on one Redis are one cluster.", HelpName = "NAME", DefaultValueFactory = _ => "mmi" };
    private static readonly Option<string> Device = new("--device") { Description = "The device's name.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<string> ListenAddress = new("--address") { Description = "Where this silo listens, for HTTP and for other silos; one that others reach wants API keys.", HelpName = "IP", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<int> Http = new("--http") { Description = "Port of HTTP.", HelpName = "PORT", DefaultValueFactory = _ => 8080 };
    private static readonly Option<int> SiloPort = new("--silo-port") { Description = "Port for other silos; 0 for any free one.", HelpName = "PORT" };
    private static readonly Option<int> GatewayPort = new("--gateway-port") { Description = "Port for clients of the cluster; 0 for any free one.", HelpName = "PORT" };
    private static readonly Option<string> Certificate = new("--cluster-certificate") { Description = "A PEM file of one certificate with its private key for all silos: they talk to none that has not.", HelpName = "FILE" };
    private static readonly Option<bool> AllowPlain = new("--allow-plain-cluster") { Description = "Let whoever reaches the silos' ports talk to them, without a certificate." };
    private static readonly Option<double> Probe = new("--probe-seconds") { Description = "How long a silo may take to answer another's probe; after three it is gone.", HelpName = "S", DefaultValueFactory = _ => 3 };
    private static readonly Option<double> StepTime = new("--step-seconds") { Description = "Where a step of the device takes longer it is taken for hung, and what it has begun is given to others.", HelpName = "S", DefaultValueFactory = _ => new DeviceOptions().StepTime.TotalSeconds };
    private static readonly Option<long> FeatureBytes = new("--feature-bytes") { Description = "Bytes of encoded images that the silo keeps in memory, and as many at most, but those of one sequence, of what the language model makes of them.", HelpName = "N", DefaultValueFactory = _ => new DeviceOptions().FeatureBytes };
    private static readonly Option<int> KvTokens = new("--kv-tokens") { Description = "Tokens whose attention keys and values the decoder keeps, for all sequences; one begins when all that it may generate has room.", HelpName = "N", DefaultValueFactory = _ => new DecoderOptions().Blocks * new DecoderOptions().BlockTokens };
    private static readonly Option<string> Spill = new("--spill") { Description = "Folder of this silo's own for encoded images that no longer fit in memory; without it they are encoded anew.", HelpName = "DIR" };
    private static readonly Option<long?> SpillBytes = new("--spill-bytes") { Description = "Bytes that its files may take; 8 GiB unless said.", HelpName = "N" };
    private static readonly Option<string> Training = new("--training") { Description = "Folder of training jobs that are begun over HTTP, shared by all silos: their recipes' paths lead from it.", HelpName = "DIR", DefaultValueFactory = _ => new DeviceOptions().TrainingFolder };
    private static readonly Option<string> Promoted = new("--promoted") { Description = "Folder of copies of models that './mmi promote' has served, shared by all silos.", HelpName = "DIR", DefaultValueFactory = _ => new DeviceOptions().PromotedFolder };
    private static readonly Option<string> PublicUrl = new("--public-url") { Description = "Where clients find this, for the signed addresses of pictures; without it, where each has found it.", HelpName = "URL" };
    private static readonly Option<string> Otlp = new("--otlp") { Description = "Send measurements and traces to a collector there; also by the variable OTEL_EXPORTER_OTLP_ENDPOINT.", HelpName = "URL" };
    private static readonly Option<string> WebhookHosts = new("--webhook-hosts") { Description = "Hosts that may be told of a job's end, by commas, as host or host:port; without it, none.", HelpName = "HOSTS" };
    private static readonly Option<string> Quantize = new("--quantize") { Description = "Keep the language model's weights in fewer bits: q8, q4, or bf16.", HelpName = "q8|q4|bf16" };

    public static Command Create()
    {
        var command = new Command("up", "Start the system: all roles, or some of a larger cluster's.")
        {
            Roles, Model, Redis, Data, AllowUnsafe, Cluster, Device, ListenAddress, Http, SiloPort, GatewayPort, Certificate, AllowPlain, Probe, StepTime, Quantize, FeatureBytes, KvTokens, Spill, SpillBytes, Training, Promoted, PublicUrl, Otlp, WebhookHosts,
        };
        Quantize.AcceptOnlyFromAmong("q8", "q4", "bf16");
        command.SetAction(async (given, cancellation) =>
        {
            await SiloHost.RunAsync(Read(given), given.InvocationConfiguration.Output, cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    private static SiloOptions Read(ParseResult given) => new()
    {
        Device = new DeviceOptions
        {
            Roles = ReadRoles(given.GetValue(Roles)),
            Model = given.GetValue(Model)!,
            Device = given.GetValue(Device)!,
            StepTime = given.GetValue(StepTime) is >= 1 and <= 3600 and var step ? TimeSpan.FromSeconds(step)
                : throw new CommandException($"--step-seconds must be 1 to 3600; it is {given.GetValue(StepTime)}."),
            FeatureBytes = Bytes(FeatureBytes, given.GetValue(FeatureBytes), least: 0),
            Decoder = new DecoderOptions
            {
                ProjectedImageBytes = Math.Min(given.GetValue(FeatureBytes), new DecoderOptions().ProjectedImageBytes),
                Blocks = given.GetValue(KvTokens) is >= 256 and <= 1 << 24 and var tokens ? tokens / new DecoderOptions().BlockTokens
                    : throw new CommandException($"--kv-tokens must be 256 to {1 << 24}; it is {given.GetValue(KvTokens)}."),
            },
            TrainingFolder = given.GetValue(Training)!,
            PromotedFolder = given.GetValue(Promoted)!,
            SpillFolder = SpillFolder(given),
            SpillBytes = Bytes(SpillBytes, given.GetValue(SpillBytes) ?? new DeviceOptions().SpillBytes, least: 1 << 20),
            Format = given.GetValue(Quantize) switch { "q8" => WeightFormat.Q8, "q4" => WeightFormat.Q4, "bf16" => WeightFormat.BFloat16, _ => WeightFormat.Float32 },
        },
        Store = new StoreOptions
        {
            ConnectionString = given.GetValue(Redis),
            DataFolder = given.GetValue(Data)!,
            AllowUnsafePersistence = given.GetValue(AllowUnsafe),
            ClusterId = given.GetValue(Cluster)!,
            ServiceId = given.GetValue(Cluster)!,
            KeyPrefix = given.GetValue(Cluster)!,
        },
        ProbeTime = given.GetValue(Probe) is >= 0.1 and <= 60 and var probe ? TimeSpan.FromSeconds(probe)
            : throw new CommandException($"--probe-seconds must be 0.1 to 60; it is {given.GetValue(Probe)}."),
        Otlp = HttpAddress(given, Otlp),
        PublicUrl = HttpAddress(given, PublicUrl),
        Jobs = new JobOptions { WebhookHosts = given.GetValue(WebhookHosts)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [] },
        Address = Address(given),
        Certificate = given.GetValue(Certificate) is { } file ? ClusterCertificate.Read(file) : null,
        HttpPort = Port(given, Http, least: 1),
        SiloPort = Port(given, SiloPort, least: 0),
        GatewayPort = Port(given, GatewayPort, least: 0),
    };

    private static IPAddress Address(ParseResult given)
    {
        if (!IPAddress.TryParse(given.GetValue(ListenAddress), out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            throw new CommandException($"--address must be an IP address of this machine, which other silos are told; it is '{given.GetValue(ListenAddress)}'.");
        }

        return IPAddress.IsLoopback(address) || given.GetValue(Certificate) is not null || given.GetValue(AllowPlain) ? address
            : throw new CommandException($"The address is {address}, which others reach, and the silos' own ports ask for no API key: name a --cluster-certificate, or --allow-plain-cluster on a network of your own.");
    }

    private static WorkerRole ReadRoles(string? text)
    {
        if (text is null)
        {
            return SiloOptions.AllRoles;
        }

        var roles = WorkerRole.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= Enum.TryParse<WorkerRole>(name, ignoreCase: true, out var role) && role != WorkerRole.None && int.IsPow2((int)role) && !int.TryParse(name, out _)
                ? role
                : throw new CommandException($"--roles has '{name}'; roles are frontend, encoder, decoder, diffusion and trainer.");
        }

        return roles == WorkerRole.None ? throw new CommandException("--roles names no role.") : roles;
    }

    private static long Bytes(Option option, long bytes, long least) =>
        bytes >= least && bytes <= MostBytes ? bytes : throw new CommandException($"{option.Name} must be {least} to {MostBytes} bytes; it is {bytes}.");

    private static string? SpillFolder(ParseResult given)
    {
        var folder = given.GetValue(Spill);
        if (folder is null)
        {
            return given.GetValue(SpillBytes) is null ? null : throw new CommandException("--spill-bytes needs --spill, which names the folder.");
        }

        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"--spill cannot use the folder '{folder}': {problem.Message}");
        }
    }

    private static Uri? HttpAddress(ParseResult given, Option<string> option) => given.GetValue(option) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => address,
        var text => throw new CommandException($"{option.Name} must be an address as http://localhost:4317; it is '{text}'."),
    };

    private static int Port(ParseResult given, Option<int> option, int least)
    {
        var port = given.GetValue(option);
        return port >= least && port <= ushort.MaxValue ? port : throw new CommandException($"{option.Name} must be {least} to {ushort.MaxValue}; it is {port}.");
    }
}
