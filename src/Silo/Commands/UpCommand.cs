using System.CommandLine;
using System.Net;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Kernels.Linear;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi up</c>: starts a silo with all roles or some, alone or beside others on one Redis.</summary>
internal static class UpCommand
{
    private static readonly Option<string> Roles = new("--roles") { Description = "What this silo offers, by commas: frontend, encoder, decoder, diffusion, trainer; without it, all.", HelpName = "ROLES" };
    private static readonly Option<string> Model = new("--model") { Description = "The model's folder.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };
    private static readonly Option<string> Redis = new("--redis") { Description = "A Redis server for all silos, as host:port,password=...; without it, a store inside this process.", HelpName = "HOST" };
    private static readonly Option<string> Data = new("--data") { Description = "Folder of the store inside this process.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("data", "store") };
    private static readonly Option<bool> AllowUnsafe = new(StoreOptions.AllowUnsafeFlag) { Description = "Accept a Redis that may lose acknowledged writes." };
    private static readonly Option<string> Cluster = new("--cluster") { Description = "Silos of one name on one Redis are one cluster.", HelpName = "NAME", DefaultValueFactory = _ => "mmi" };
    private static readonly Option<string> Device = new("--device") { Description = "The device's name.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<string> Address = new("--address") { Description = "Where this silo listens, for HTTP and for other silos; one that others reach wants API keys.", HelpName = "IP", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<int> Http = new("--http") { Description = "Port of HTTP.", HelpName = "PORT", DefaultValueFactory = _ => 8080 };
    private static readonly Option<int> SiloPort = new("--silo-port") { Description = "Port for other silos; 0 for any free one.", HelpName = "PORT" };
    private static readonly Option<int> GatewayPort = new("--gateway-port") { Description = "Port for clients of the cluster; 0 for any free one.", HelpName = "PORT" };
    private static readonly Option<double> Probe = new("--probe-seconds") { Description = "How long a silo may take to answer another's probe; after three it is gone.", HelpName = "S", DefaultValueFactory = _ => 3 };
    private static readonly Option<string> Quantize = new("--quantize") { Description = "Keep the language model's weights in fewer bits: q8, q4, or bf16.", HelpName = "q8|q4|bf16" };

    public static Command Create()
    {
        var command = new Command("up", "Start the system: all roles, or some of a larger cluster's.")
        {
            Roles, Model, Redis, Data, AllowUnsafe, Cluster, Device, Address, Http, SiloPort, GatewayPort, Probe, Quantize,
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
        Address = IPAddress.TryParse(given.GetValue(Address), out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address
            : throw new CommandException($"--address must be an IP address of this machine, which other silos are told; it is '{given.GetValue(Address)}'."),
        HttpPort = Port(given, Http, least: 1),
        SiloPort = Port(given, SiloPort, least: 0),
        GatewayPort = Port(given, GatewayPort, least: 0),
    };

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

    private static int Port(ParseResult given, Option<int> option, int least)
    {
        var port = given.GetValue(option);
        return port >= least && port <= ushort.MaxValue ? port : throw new CommandException($"{option.Name} must be {least} to {ushort.MaxValue}; it is {port}.");
    }
}
