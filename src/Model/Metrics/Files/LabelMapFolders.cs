using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Segmentation;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>Two folders of label maps with the same names.</summary>
public static class LabelMapFolders
{
    /// <summary>Counts every expected map and the predicted one of its name.</summary>
    /// <param name="predicted">Folder of predicted maps.</param>
    /// <param name="expected">Folder of expected maps (<c>*.png</c>), at least one.</param>
    /// <param name="classCount">Labels are 0 to this - 1.</param>
    /// <param name="ignored">Label of pixels that do not count; null for none.</param>
    /// <param name="offset">Added to each predicted label; what leaves the classes by that is none.</param>
    /// <exception cref="DataException">A folder or map is missing, two sizes differ, an expected label is no class, or no pixel counts.</exception>
    public static ConfusionMatrix Compare(string predicted, string expected, int classCount, int? ignored = null, int offset = 0)
    {
        foreach (var folder in new[] { predicted, expected })
        {
            if (!Directory.Exists(folder))
            {
                throw new DataException($"The folder '{folder}' does not exist.");
            }
        }

        var matrix = new ConfusionMatrix(classCount, ignored);
        foreach (var path in Directory.EnumerateFiles(expected, "*.png").Order(StringComparer.Ordinal))
        {
            var guess = Path.Combine(predicted, Path.GetFileName(path));
            try
            {
                matrix.Add(LabelMapFile.Read(guess), LabelMapFile.Read(path), offset);
            }
            catch (ArgumentException e)
            {
                throw new DataException($"'{path}': {e.Message.Split(" (Parameter")[0]}", e);
            }
        }

        return matrix.PixelCount > 0 ? matrix : throw new DataException($"The folder '{expected}' holds no map (*.png) with a pixel that counts.");
    }
}
