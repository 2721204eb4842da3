using System.Diagnostics;
using System.Globalization;
using System.Text;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Decoding;

/// <summary>A decoder's process, as the silo holds it. For one question at a time; once one has gone wrong it is thrown away.</summary>
internal sealed class DecoderChild : IDisposable
{
    private const int OutOfProcessorTime = 128 + 24; // ended by SIGXCPU

    private readonly Process _process;
    private readonly DecodingLimits _options;

    private DecoderChild(Process process, DecodingLimits options) => (_process, _options) = (process, options);

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it can be asked.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Whether it lives.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>Starts one, and waits until it can be asked.</summary>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public static async Task<DecoderChild> StartAsync(DecodingLimits options)
    {
        var child = new DecoderChild(Process.Start(Command(options))!, options);
        try
        {
            child._process.ErrorDataReceived += (_, _) => { }; // read, so that it never waits for a reader
            child._process.BeginErrorReadLine();
            var ready = new byte[1];
            await child._process.StandardOutput.BaseStream.ReadExactlyAsync(ready).AsTask().WaitAsync(options.StartTime);
            return ready[0] == DecodeWire.Ready ? child : throw new InvalidOperationException("The image decoder said something else than that it is ready.");
        }
        catch (Exception problem) when (problem is EndOfStreamException or TimeoutException)
        {
            child.Dispose();
            throw new InvalidOperationException("The image decoder did not start.", problem);
        }
    }

    /// <summary>Has a file decoded.</summary>
    /// <returns>The picture's sides, and the result where one was asked for.</returns>
    /// <exception cref="ImageInputException">Not an image, damaged, or over a limit.</exception>
    public async Task<(int Width, int Height, RgbImage? Result)> AskAsync(DecodeWire.Work work, int number, byte[] file, CancellationToken cancellation)
    {
        IsUsable = false;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_options.Time);
        try
        {
            var answer = await ExchangeAsync(work, number, file, late.Token);
            IsUsable = true;
            return answer;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TooCostly($"{_options.Time.TotalSeconds:0.###} s", file);
        }
        catch (Exception problem) when (problem is IOException or EndOfStreamException)
        {
            await _process.WaitForExitAsync(CancellationToken.None);
            throw _process.ExitCode == OutOfProcessorTime
                ? TooCostly($"{_options.ProcessorSeconds} s of processor time", file)
                : new ImageInputException($"The image is damaged: its decoder broke on its {file.Length} bytes.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsAlive)
        {
            _process.Kill();
            _process.WaitForExit(TimeSpan.FromSeconds(1));
        }

        _process.Dispose();
    }

    private async Task<(int Width, int Height, RgbImage? Result)> ExchangeAsync(DecodeWire.Work work, int number, byte[] file, CancellationToken cancellation)
    {
        var (input, output) = (_process.StandardInput.BaseStream, _process.StandardOutput.BaseStream);
        await input.WriteAsync(DecodeWire.Question(work, number, file.Length), cancellation);
        await input.WriteAsync(file, cancellation);
        await input.FlushAsync(cancellation);
        var answer = new byte[DecodeWire.AnswerBytes];
        await output.ReadExactlyAsync(answer, cancellation);
        var (first, second) = (DecodeWire.Number(answer, 9), DecodeWire.Number(answer, 13));
        switch ((DecodeWire.Outcome)answer[0])
        {
            case DecodeWire.Outcome.Done:
                var result = first == 0 ? null : await PixelsAsync(output, first, second, cancellation);
                return (DecodeWire.Number(answer, 1), DecodeWire.Number(answer, 5), result);
            case DecodeWire.Outcome.Refused:
                var sentence = new byte[first];
                await output.ReadExactlyAsync(sentence, cancellation);
                IsUsable = true;
                throw new ImageInputException(Encoding.UTF8.GetString(sentence));
            default:
                throw TooCostly($"{_options.MemoryBytes >> 20} MiB of memory", file);
        }
    }

    private static async Task<RgbImage> PixelsAsync(Stream output, int width, int height, CancellationToken cancellation)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        await output.ReadExactlyAsync(pixels, cancellation);
        return new RgbImage(width, height, pixels);
    }

    private static ImageInputException TooCostly(string limit, byte[] file) => new($"The image takes more than the limit of {limit} to decode: it has {file.Length} bytes.");

    private static ProcessStartInfo Command(DecodingLimits options)
    {
        var host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        string[] arguments =
        [
            typeof(DecoderChild).Assembly.Location, DecoderProgram.Name, options.MemoryBytes.ToString(CultureInfo.InvariantCulture),
            options.ProcessorSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo(host, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // One picture at a time needs one heap and few threads; what is freed goes back to the system, unlike in the silo itself.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_GCHeapHardLimit"] = $"{options.MemoryBytes * 3 / 4:x}";
        foreach (var name in new[] { "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "LD_PRELOAD" })
        {
            start.Environment.Remove(name);
        }

        return start;
    }
}
