using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Http.Browser;

/// <summary>A real Chromium without a window, driven through its DevTools protocol.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly TemporaryFolder _profile = new();
    private readonly ClientWebSocket _socket = new();
    private readonly Dictionary<int, TaskCompletionSource<JsonNode>> _calls = [];
    private readonly List<string> _problems = [];
    private readonly Process _process;
    private Task _reading = Task.CompletedTask;
    private string? _session;
    private int _number;

    private Chromium(string program)
    {
        var start = new ProcessStartInfo(
            program,
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0", $"--user-data-dir={_profile.Path}", "about:blank"])
        {
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Exceptions of scripts, and what the console was told as an error.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_calls)
            {
                return [.. _problems];
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one; skips the test where none is installed.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "No Chromium is installed.");
        var browser = new Chromium(program);
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls the protocol, on the page.</summary>
    public Task<JsonNode> CallAsync(string method, JsonObject? parameters = null) => CallAsync(method, parameters, _session);

    /// <summary>Opens another tab, and goes on there.</summary>
    /// <returns>What <see cref="Use"/> takes to come back to the one before.</returns>
    public async Task<string> AddTabAsync()
    {
        var before = _session!;
        await AttachAsync();
        return before;
    }

    /// <summary>Goes on in a tab.</summary>
    public string Use(string tab)
    {
        (tab, _session) = (_session!, tab);
        return tab;
    }

    /// <summary>Drags files over the page and lets go of them.</summary>
    public async Task DropAsync(double x, double y, params string[] files)
    {
        foreach (var type in new[] { "dragEnter", "dragOver", "drop" })
        {
            await CallAsync("Input.dispatchDragEvent", new JsonObject
            {
                ["type"] = type,
                ["x"] = x,
                ["y"] = y,
                ["data"] = new JsonObject { ["items"] = new JsonArray(), ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]), ["dragOperationsMask"] = 1 },
            });
        }
    }

    /// <summary>Opens an address.</summary>
    public async Task OpenAsync(Uri address)
    {
        await CallAsync("Page.navigate", new JsonObject { ["url"] = address.ToString() });
        await UntilAsync("document.readyState === 'complete'");
    }

    /// <summary>The value of a JavaScript expression.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var result = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        Assert.True(result["exceptionDetails"] is null, $"{expression}: {result["exceptionDetails"]}");
        return result["result"]!["value"];
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string expression, int seconds = 40)
    {
        var since = Stopwatch.GetTimestamp();
        while ((await EvaluateAsync($"Boolean({expression})"))?.GetValue<bool>() != true)
        {
            Assert.True(Stopwatch.GetElapsedTime(since).TotalSeconds < seconds, $"After {seconds} s it is not so that {expression}. {string.Join('\n', Problems)}");
            await Task.Delay(50, Cancellation);
        }
    }

    public Task ClickAsync(string selector) => EvaluateAsync($"document.querySelector({JsonValue.Create(selector).ToJsonString()}).click()");

    /// <summary>Presses the pointer's button at a place of the window.</summary>
    public async Task TapAsync(double x, double y)
    {
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
        {
            await CallAsync("Input.dispatchMouseEvent", new JsonObject { ["type"] = type, ["x"] = x, ["y"] = y, ["button"] = "left", ["clickCount"] = 1 });
        }
    }

    /// <summary>Types where the focus is.</summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>Presses a key where the focus is.</summary>
    public async Task PressAsync(string key, int code, string? text = null)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            var press = new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
            if (text is not null && type == "keyDown")
            {
                press["text"] = text;
            }

            await CallAsync("Input.dispatchKeyEvent", press);
        }
    }

    /// <summary>Gives files to an input.</summary>
    public async Task ChooseAsync(string selector, params string[] files)
    {
        var document = await CallAsync("DOM.getDocument");
        var found = await CallAsync("DOM.querySelector", new JsonObject { ["nodeId"] = document["root"]!["nodeId"]!.GetValue<int>(), ["selector"] = selector });
        await CallAsync("DOM.setFileInputFiles", new JsonObject { ["nodeId"] = found["nodeId"]!.GetValue<int>(), ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]) });
    }

    public Task ResizeAsync(int width, int height, bool isPhone = false) => CallAsync(
        "Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = isPhone });

    public Task DarkAsync(bool isDark) => CallAsync(
        "Emulation.setEmulatedMedia",
        new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });

    /// <summary>Keeps a picture of the page with the test's results, and beside the tests in <c>screenshots</c>.</summary>
    public async Task ShootAsync(string name)
    {
        await Task.Delay(400, Cancellation); // what moves has come to rest
        var png = Convert.FromBase64String((string)(await CallAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" }))["data"]!);
        TestContext.Current.AddAttachment($"{name}.png", png, "image/png");
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), png, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
        _socket.Dispose();
        _profile.Dispose();
    }

    private async Task ConnectAsync()
    {
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null && Address().Match(e.Data) is { Success: true } match)
            {
                address.TrySetResult(match.Groups[1].Value);
            }
        };
        _process.BeginErrorReadLine();
        await _socket.ConnectAsync(new Uri(await address.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)), Cancellation);
        _reading = ReadAsync();
        await AttachAsync();
    }

    private async Task AttachAsync()
    {
        var target = await CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }, session: null);
        var attached = await CallAsync("Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, session: null);
        _session = (string)attached["sessionId"]!;
        foreach (var domain in new[] { "Page", "Runtime", "Log", "DOM" })
        {
            await CallAsync($"{domain}.enable");
        }
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject? parameters, string? session)
    {
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var number = Interlocked.Increment(ref _number);
        lock (_calls)
        {
            _calls[number] = answer;
        }

        var message = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private async Task ReadAsync()
    {
        var (piece, message) = (new byte[1 << 16], new MemoryStream());
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(piece, CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                message.Write(piece, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Take(JsonNode.Parse(message.ToArray())!);
                    message.SetLength(0);
                }
            }
        }
        catch (WebSocketException)
        {
            // it was killed
        }
    }

    private void Take(JsonNode message)
    {
        lock (_calls)
        {
            if (message["id"]?.GetValue<int>() is { } number && _calls.Remove(number, out var call))
            {
                if (message["error"] is { } error)
                {
                    call.TrySetException(new InvalidOperationException(error.ToJsonString()));
                }
                else
                {
                    call.TrySetResult(message["result"]!.DeepClone());
                }
            }
            else if ((string?)message["method"] == "Runtime.exceptionThrown" || ((string?)message["method"] == "Log.entryAdded" && (string?)message["params"]!["entry"]!["level"] == "error"))
            {
                _problems.Add(message["params"]!.ToJsonString());
            }
        }
    }

    [GeneratedRegex(@"(ws://\S+)")]
    private static partial Regex Address();
}
