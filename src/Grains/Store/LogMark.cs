using System.Globalization;

namespace MmiGrains.Grains.Store;

/// <summary>
/// How far the embedded store's log is known to have reached, in a small file beside it. Garnet takes damage in the middle of its log for a
/// tail that a crash tore off, and goes on without what came after: a start that reaches less far than was noted shows it.
/// </summary>
internal sealed class LogMark(string folder)
{
    private readonly string _path = Path.Combine(folder, "log.mark");
    private long _written = -1;

    /// <exception cref="StoreException">The log reaches less far than it did.</exception>
    public void Require(StoreInfo log, bool isUnsafeAllowed)
    {
        var (reached, noted) = (Reached(log), File.Exists(_path) && long.TryParse(File.ReadAllText(_path), CultureInfo.InvariantCulture, out var mark) ? mark : 0);
        if (reached < noted && !isUnsafeAllowed)
        {
            throw new StoreException(
                $"The embedded store's log in '{folder}' is damaged: {noted} bytes were written and {reached} can be read; a copy of the folder brings the rest back, and {StoreOptions.AllowUnsafeFlag} goes on without.");
        }
    }

    /// <summary>Notes how far the log reaches now.</summary>
    public void Write(StoreInfo log)
    {
        var reached = Reached(log);
        if (reached == _written)
        {
            return;
        }

        File.WriteAllText(_path + ".new", reached.ToString(CultureInfo.InvariantCulture));
        File.Move(_path + ".new", _path, overwrite: true);
        _written = reached;
    }

    private static long Reached(StoreInfo log) => log.Number("CommittedUntilAddress");
}
