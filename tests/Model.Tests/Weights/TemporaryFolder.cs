using System.Text;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>A folder that lives as long as one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mmi-weights-").FullName;

    public string File(string name)
    {
        return System.IO.Path.Combine(Path, name);
    }

    public string Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    /// <summary>A safetensors file of this header, length field included, with so many bytes of data: 0, 1, 2, …</summary>
    public string WriteSafetensors(string header, int dataBytes, string name = "model.safetensors")
    {
        var json = Encoding.UTF8.GetBytes(header);
        return Write(name, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. Enumerable.Range(0, dataBytes).Select(i => (byte)i)]);
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }
}
