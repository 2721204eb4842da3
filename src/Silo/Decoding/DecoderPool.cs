using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Images;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Decoding;

/// <summary>
/// Decodes pictures in processes of their own, a few of which stay warm. A picture that breaks its process, or takes more than it may, is
/// refused; the silo goes on with another process.
/// </summary>
/// <param name="options">Limits.</param>
/// <param name="logger">Told of processes that are replaced.</param>
internal sealed class DecoderPool(DecodingLimits options, ILogger<DecoderPool> logger) : IPictureDecoder, IHostedService, IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(options.Children);
    private readonly ConcurrentStack<DecoderChild> _idle = new();
    private Task _warming = Task.CompletedTask;
    private volatile bool _isDisposed;

    /// <summary>Processes that wait for a picture.</summary>
    public IReadOnlyList<int> IdleIds => [.. _idle.Select(child => child.Id)];

    /// <inheritdoc/>
    public async Task<(int Width, int Height)> CheckAsync(byte[] file, CancellationToken cancellation = default)
    {
        var (width, height, _) = await AskAsync(DecodeWire.Work.Check, 0, file, cancellation);
        return (width, height);
    }

    /// <inheritdoc/>
    public async Task<RgbImage> CropAsync(byte[] file, int resolution, CancellationToken cancellation = default) =>
        (await AskAsync(DecodeWire.Work.Crop, resolution, file, cancellation)).Result!;

    /// <inheritdoc/>
    public async Task<RgbImage> FitAsync(byte[] file, int side, CancellationToken cancellation = default) =>
        (await AskAsync(DecodeWire.Work.Fit, side, file, cancellation)).Result!;

    /// <summary>Starts a first process beside everything else, so that the first picture need not wait for it.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _warming = Task.Run(WarmAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await _warming;
        while (_idle.TryPop(out var child))
        {
            child.Dispose();
        }
    }

    private async Task<(int Width, int Height, RgbImage? Result)> AskAsync(DecodeWire.Work work, int number, byte[] file, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            var child = await TakeAsync();
            try
            {
                return await child.AskAsync(work, number, file, cancellation);
            }
            catch (ImageInputException problem) when (!child.IsUsable)
            {
                logger.LogWarning("A decoder of images is replaced: {Problem}", problem.Message);
                throw;
            }
            finally
            {
                GiveBack(child);
            }
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<DecoderChild> TakeAsync()
    {
        while (_idle.TryPop(out var idle))
        {
            if (idle.IsAlive)
            {
                return idle;
            }

            idle.Dispose(); // it ended while it waited, which no picture can have done
        }

        try
        {
            return await DecoderChild.StartAsync(options);
        }
        catch (Exception problem) when (problem is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            logger.LogError(problem, "A decoder of images could not be started");
            throw new WorkerUnavailableException("The decoder of images cannot be started now.");
        }
    }

    private void GiveBack(DecoderChild child)
    {
        if (child.IsUsable && !_isDisposed)
        {
            _idle.Push(child);
        }
        else
        {
            child.Dispose();
        }
    }

    private async Task WarmAsync()
    {
        try
        {
            GiveBack(await DecoderChild.StartAsync(options));
        }
        catch (Exception problem)
        {
            logger.LogError(problem, "A decoder of images could not be started"); // the first picture tries again
        }
    }
}
