using System.CommandLine;
using System.Text.Json.Nodes;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Illustration;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi illustrate</c>: documents get pictures, on a silo of its own or on one that runs.</summary>
internal static class IllustrateCommand
{
    private static readonly Argument<string[]> Files = new("files") { Description = "Documents, or folders of them: Markdown, HTML, EPUB, DOCX, plain text.", Arity = ArgumentArity.OneOrMore, HelpName = "FILE" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for results, plans, and what going on needs.", HelpName = "DIR", DefaultValueFactory = _ => "illustrated" };
    private static readonly Option<bool> Plan = new("--plan") { Description = "Write plans to the folder, to be changed by hand, and paint nothing; a plan that is there is obeyed." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say how many pictures it would be, and how long they would take, at the rate that was measured." };
    private static readonly Option<string> Only = new("--only") { Description = "Paint one picture again, as fig-7, and keep the others; takes one document and --seed.", HelpName = "ID" };
    private static readonly Option<int?> Seed = new("--seed") { Description = "Seed of the first picture, or of the one that --only names.", HelpName = "N" };
    private static readonly Option<int?> Budget = new("--budget") { Description = "Pictures painted at most, further tries included; the same command with more goes on.", HelpName = "N" };
    private static readonly Option<string> Every = new("--every") { Description = "Where pictures go that no comment asks for: chapter, section, a number of words, or markers for nowhere.", HelpName = "UNIT", DefaultValueFactory = _ => "section" };
    private static readonly Option<int?> Steps = new("--steps") { Description = "Denoising steps of a picture.", HelpName = "N" };
    private static readonly Option<double?> Guidance = new("--guidance") { Description = "How far beyond the unconditional prediction to go.", HelpName = "X" };
    private static readonly Option<double?> Threshold = new("--threshold") { Description = "Consistency below which another seed is tried, -1 to 1.", HelpName = "X" };
    private static readonly Option<int?> Retries = new("--retries") { Description = "Other seeds at most.", HelpName = "N" };
    private static readonly Option<string> Style = new("--style") { Description = "Said before everything else.", HelpName = "TEXT" };
    private static readonly Option<string[]> Reference = new("--reference") { Description = "A picture that all must agree with, and what is said before it: 'this is Bo.=bo.png'; may be given again.", HelpName = "TEXT=FILE" };
    private static readonly Option<double?> Price = new("--price-per-hour") { Description = "What an hour of painting costs, for --dry-run.", HelpName = "X" };
    private static readonly Option<string> Server = new("--server") { Description = "A silo that runs, as http://localhost:8080; without it, one is started in this process.", HelpName = "URL" };
    private static readonly Option<string> Key = new("--key") { Description = "API key for --server; also by the variable MMI_API_KEY.", HelpName = "KEY" };
    private static readonly Option<string> Model = new("--model") { Description = "The model's folder, for a silo in this process.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };

    public static Command Create()
    {
        var command = new Command("illustrate", "Give documents pictures that agree with the text and each other.")
        {
            Files, Out, Plan, DryRun, Only, Seed, Budget, Every, Steps, Guidance, Threshold, Retries, Style, Reference, Price, Server, Key, Model,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellation)
    {
        var (output, folder) = (given.InvocationConfiguration.Output, given.GetValue(Out)!);
        var (paths, files) = (IllustrationFiles.Find(given.GetValue(Files)!), new IllustrationFiles(folder));
        var only = ReadOnly(given, paths.Count);
        if (given.GetValue(Plan) && given.GetValue(Reference) is null or [])
        {
            WritePlans(given, paths, files);
            return ExitCode.Done;
        }

        await using var silo = given.GetValue(Server) is null ? await StartAsync(given, folder, cancellation) : null;
        using var client = new IllustrationClient(silo?.Address ?? Address(given), given.GetValue(Key) ?? Environment.GetEnvironmentVariable("MMI_API_KEY"));
        var request = Request(given, isOnly: only is not null);
        request["documents"] = new JsonArray([.. paths.Select(path => (JsonNode)files.Read(path))]);
        request["references"] = new JsonArray([.. await UploadAsync(client, given.GetValue(Reference) ?? [], cancellation)]);
        var run = new IllustrationRun(client, files, request, output);
        if (given.GetValue(Plan))
        {
            foreach (var plan in (await client.PlanAsync(request, cancellation))["plans"]!.AsArray())
            {
                output.WriteLine(files.Write(PlanFile.Read(plan!.ToJsonString())));
            }

            return ExitCode.Done;
        }

        if (given.GetValue(DryRun))
        {
            request["measure"] = silo is not null;
            request["price_per_hour"] = given.GetValue(Price);
            await run.EstimateAsync(cancellation);
            return ExitCode.Done;
        }

        return await run.RunAsync(given.GetValue(Budget), only, !Console.IsOutputRedirected, cancellation) ? ExitCode.Done : ExitCode.NotEqual;
    }

    // Without a silo: a plan is made of the document alone.
    private static void WritePlans(ParseResult given, IReadOnlyList<string> paths, IllustrationFiles files)
    {
        var (every, words) = Density(given);
        foreach (var path in paths)
        {
            var (name, bytes) = (Path.GetFileName(path), File.ReadAllBytes(path));
            var plan = Planner.Make(name, bytes, Document.Read(name, bytes), new PlanOptions { Density = every, Words = words, Seed = given.GetValue(Seed) ?? 1 });
            plan = plan with
            {
                Style = given.GetValue(Style) ?? plan.Style,
                Steps = given.GetValue(Steps) ?? plan.Steps,
                GuidanceScale = given.GetValue(Guidance) ?? plan.GuidanceScale,
                Threshold = given.GetValue(Threshold) ?? plan.Threshold,
                Retries = given.GetValue(Retries) ?? plan.Retries,
            };
            PlanRules.Check(plan);
            given.InvocationConfiguration.Output.WriteLine($"{files.Write(plan)}: {plan.Figures.Count} pictures");
        }
    }

    private static JsonObject Request(ParseResult given, bool isOnly)
    {
        var (every, words) = Density(given);
        return new JsonObject
        {
            ["every"] = every.ToString().ToLowerInvariant(),
            ["words"] = words,
            ["seed"] = isOnly ? null : given.GetValue(Seed),
            ["steps"] = given.GetValue(Steps),
            ["guidance_scale"] = given.GetValue(Guidance),
            ["threshold"] = given.GetValue(Threshold),
            ["retries"] = given.GetValue(Retries),
            ["style"] = given.GetValue(Style),
        };
    }

    private static (Density Every, int Words) Density(ParseResult given) => given.GetValue(Every) switch
    {
        "chapter" => (Documents.Planning.Density.Chapter, 300),
        "section" => (Documents.Planning.Density.Section, 300),
        "markers" => (Documents.Planning.Density.Markers, 300),
        var text when int.TryParse(text, out var words) && words is >= 10 and <= 100_000 => (Documents.Planning.Density.Words, words),
        var text => throw new CommandException($"--every must be chapter, section, markers, or 10 to 100000 words; it is '{text}'."),
    };

    private static (string Figure, long Seed)? ReadOnly(ParseResult given, int documents) => given.GetValue(Only) switch
    {
        null => null,
        _ when documents != 1 => throw new CommandException($"--only takes one document; there are {documents}."),
        var figure => (figure, given.GetValue(Seed) ?? throw new CommandException("--only needs --seed: the same seed gives the same picture.")),
    };

    private static Uri Address(ParseResult given) => Uri.TryCreate(given.GetValue(Server), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new CommandException($"--server must be an address as http://localhost:8080; it is '{given.GetValue(Server)}'.");

    // The store is in the folder of the results: the same command goes on where it was broken off.
    private static Task<RunningSilo> StartAsync(ParseResult given, string folder, CancellationToken cancellation) => RunningSilo.StartAsync(
        new SiloOptions
        {
            Device = new DeviceOptions { Roles = SiloOptions.AllRoles, Model = given.GetValue(Model)! },
            Store = new StoreOptions { DataFolder = Path.Combine(folder, ".mmi") },
            HttpPort = FreePort.Next(),
        },
        cancellation);

    private static async Task<IReadOnlyList<JsonNode>> UploadAsync(IllustrationClient client, IReadOnlyList<string> references, CancellationToken cancellation)
    {
        var uploaded = new List<JsonNode>();
        foreach (var reference in references)
        {
            var equals = reference.LastIndexOf('=');
            var (text, path) = equals < 0 ? ("", reference) : (reference[..equals], reference[(equals + 1)..]);
            uploaded.Add(new JsonObject { ["text"] = text, ["image"] = await client.UploadAsync(await File.ReadAllBytesAsync(path, cancellation), cancellation) });
        }

        return uploaded;
    }
}
