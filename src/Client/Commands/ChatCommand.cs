using System.CommandLine;
using System.Text.Json.Nodes;
using MmiGrains.Client.Terminal;
using MmiGrains.Contracts.Commands;

namespace MmiGrains.Client.Commands;

/// <summary><c>mmi chat</c>: a conversation in the terminal, or one question of a script.</summary>
internal static class ChatCommand
{
    private static readonly Argument<string[]> Text = new("TEXT") { Description = "Say this and end; without it, lines are read.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string[]> Images = new("--image", "-i") { Description = "A picture's file, shown with what is said first. Repeatable." };
    private static readonly Option<string?> Session = new("--session") { Description = "Go on with this conversation." };
    private static readonly Option<bool> ImageFirst = new("--draw") { Description = "Answers begin with a picture." };
    private static readonly Option<int?> MaxTokens = new("--max-tokens") { Description = "Tokens of an answer, at most." };
    private static readonly Option<int?> MaxImages = new("--max-images") { Description = "Pictures of an answer, at most." };
    private static readonly Option<int?> Steps = new("--steps") { Description = "Denoising steps of a picture." };
    private static readonly Option<double?> Temperature = new("--temperature") { Description = "0 always says the likeliest word." };
    private static readonly Option<long?> Seed = new("--seed") { Description = "The same seed gives the same answer." };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the answers' pictures.", DefaultValueFactory = _ => "." };
    private static readonly Option<bool> Json = new("--json") { Description = "Every event as a line of JSON." };

    static ChatCommand() => Text.Validators.Add(result =>
    {
        if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } wrong)
        {
            result.AddError($"'{wrong.Value}' is not an option here.");
        }
    });

    public static Command Create(TextReader input)
    {
        var command = new Command(RemoteCommands.Chat.Name, RemoteCommands.Chat.Summary) { Text, Images, Session, ImageFirst, MaxTokens, MaxImages, Steps, Temperature, Seed, Out, Json };
        ClusterOptions.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, input, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TextReader input, CancellationToken cancellation)
    {
        using var client = ClusterOptions.Connect(parsed);
        var output = parsed.InvocationConfiguration.Output;
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var graphics = TerminalGraphics.Detect(Environment.GetEnvironmentVariable, isTerminal);
        var view = parsed.GetValue(Json) ? (IAnswerView)new JsonAnswerView(output) : new TextAnswerView(output, client, parsed.GetValue(Out)!, graphics);
        var chat = new ChatConversation(client, view, parsed.GetValue(Session), Settings(parsed));
        foreach (var path in parsed.GetValue(Images) ?? [])
        {
            await chat.AttachAsync(path, cancellation);
        }

        if (parsed.GetValue(Text) is { Length: > 0 } words)
        {
            using var stop = new AnswerStop(cancellation);
            await chat.SayAsync(string.Join(' ', words), stop.Token);
            return ExitCode.Done;
        }

        var prompts = isTerminal && !Console.IsInputRedirected && ReferenceEquals(input, Console.In);
        return await new ChatLoop(chat, input, parsed.GetValue(Json) || !prompts ? TextWriter.Null : output, parsed.InvocationConfiguration.Error).RunAsync(cancellation);
    }

    private static JsonObject Settings(ParseResult parsed)
    {
        var settings = new JsonObject();
        Set("image_first", parsed.GetValue(ImageFirst) ? JsonValue.Create(true) : null);
        Set("max_tokens", parsed.GetValue(MaxTokens));
        Set("max_images", parsed.GetValue(MaxImages));
        Set("image_steps", parsed.GetValue(Steps));
        Set("temperature", parsed.GetValue(Temperature));
        Set("seed", parsed.GetValue(Seed));
        return settings;

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                settings[name] = value;
            }
        }
    }
}
