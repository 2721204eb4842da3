namespace MmiGrains.Client.Commands;

/// <summary>Reads lines and says them, until there are no more. Ctrl-C ends the answer, and while none is given the conversation.</summary>
/// <param name="chat">The conversation.</param>
/// <param name="input">Lines.</param>
/// <param name="prompts">Where the user is asked; nowhere for a script.</param>
/// <param name="error">Where refusals go.</param>
internal sealed class ChatLoop(ChatConversation chat, TextReader input, TextWriter prompts, TextWriter error)
{
    private const string Help = "Say something. /image FILE shows a picture with it, /draw TEXT has one painted, /quit ends.";

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 2 where the last thing said was refused.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        await prompts.WriteLineAsync(Help);
        var last = ExitCode.Done;
        while (await ReadAsync(cancellation) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            if (line is "/quit" or "/exit")
            {
                break;
            }

            last = await TakeAsync(line, cancellation);
        }

        return last;
    }

    private async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        await prompts.WriteAsync("> ");
        await prompts.FlushAsync(cancellation);
        return (await Task.Run(input.ReadLine, cancellation).WaitAsync(cancellation))?.Trim();
    }

    private async Task<int> TakeAsync(string line, CancellationToken cancellation)
    {
        var (word, rest) = line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? (line[..space], line[(space + 1)..].Trim()) : (line, "");
        using var stop = new AnswerStop(cancellation);
        try
        {
            switch (word)
            {
                case "/help":
                    await prompts.WriteLineAsync(Help);
                    break;
                case "/image" when rest.Length > 0:
                    await chat.AttachAsync(rest, stop.Token);
                    await prompts.WriteLineAsync("It is shown with what you say next.");
                    break;
                case "/draw" when rest.Length > 0:
                    await DrawAsync(rest, stop.Token);
                    break;
                case ['/', ..]:
                    throw new ClientException($"'{word}' is not known here, or lacks its text. {Help}");
                default:
                    await chat.SayAsync(line, stop.Token);
                    break;
            }

            return ExitCode.Done;
        }
        catch (ClientException problem)
        {
            await error.WriteLineAsync($"mmi: {problem.Message}");
            return ExitCode.CouldNotRun;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ExitCode.Done; // only the answer was stopped
        }
    }

    private async Task DrawAsync(string text, CancellationToken cancellation)
    {
        var before = chat.Settings["image_first"]?.DeepClone();
        chat.Settings["image_first"] = true;
        try
        {
            await chat.SayAsync(text, cancellation);
        }
        finally
        {
            chat.Settings["image_first"] = before ?? false;
        }
    }
}
