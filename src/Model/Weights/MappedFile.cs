using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>A whole file mapped read-only into memory. Reading it costs no managed memory, whatever its size.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _isDisposed;

    private MappedFile(string path)
    {
        Path = path;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Length = stream.Length;
        if (Length == 0)
        {
            return; // an empty file cannot be mapped
        }

        // The mapping outlives the stream, so a checkpoint of many shards holds no file handles.
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    public string Path { get; }

    /// <summary>The size of the file in bytes, without the padding of its last page.</summary>
    public long Length { get; }

    public static MappedFile Open(string path)
    {
        try
        {
            return new MappedFile(path);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(path, "does not exist.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new WeightFileException(path, $"cannot be opened for reading: {problem.Message}", problem);
        }
    }

    /// <summary>Bytes of the file, in place. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Span(long offset, int byteCount)
    {
        RequireInside(offset, byteCount);
        return new ReadOnlySpan<byte>(_start + offset, byteCount);
    }

    /// <summary>Copies a run of the file over the memory of a contiguous CPU tensor, which must be exactly as large.</summary>
    public void CopyTo(Tensor destination, long offset, long byteCount)
    {
        RequireInside(offset, byteCount);
        if (byteCount == 0)
        {
            return;
        }

        var isHeld = false;
        var view = _view!.SafeMemoryMappedViewHandle;
        try
        {
            // Held while copying, so that a dispose on another thread cannot unmap the pages under it.
            view.DangerousAddRef(ref isHeld);
            Buffer.MemoryCopy(_start + offset, TensorMemory.Start(destination), TensorMemory.ByteCount(destination), byteCount);
        }
        finally
        {
            if (isHeld)
            {
                view.DangerousRelease();
            }
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }

    private void RequireInside(long offset, long byteCount)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteCount, Length - offset);
    }
}
