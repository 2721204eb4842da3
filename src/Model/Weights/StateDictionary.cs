namespace MmiGrains.Model.Weights;

/// <summary>Finds the named tensors in what a checkpoint's pickle leaves behind.</summary>
internal static class StateDictionary
{
    /// <summary>Where training programs put the state dictionary when they save more than that.</summary>
    private static readonly string[] Wrappers = ["module", "state_dict", "model"];

    public static IEnumerable<(string Name, TorchView View)> Find(string path, object? value)
    {
        if (value is not List<KeyValuePair<object?, object?>> top)
        {
            throw new WeightFileException(path, $"holds {NameOf(value)}, where a dictionary of tensors belongs.");
        }

        var wrapped = top.Where(pair => pair.Key is string key && Wrappers.Contains(key) && HoldsTensors(pair.Value)).ToList();
        if (wrapped.Count > 1)
        {
            throw new WeightFileException(
                path, $"holds a dictionary of tensors under '{wrapped[0].Key}' and another under '{wrapped[1].Key}', and does not say which one is meant.");
        }

        if (wrapped.Count == 0 && !HoldsTensors(top))
        {
            throw new WeightFileException(path, $"holds no dictionary of tensors, neither at its top nor under {string.Join(", ", Wrappers)}.");
        }

        return Tensors(path, wrapped.Count == 1 ? (List<KeyValuePair<object?, object?>>)wrapped[0].Value! : top);
    }

    private static bool HoldsTensors(object? value)
    {
        return value is List<KeyValuePair<object?, object?>> dictionary && dictionary.Any(pair => pair.Value is TorchView);
    }

    private static IEnumerable<(string Name, TorchView View)> Tensors(string path, List<KeyValuePair<object?, object?>> dictionary)
    {
        foreach (var (key, value) in dictionary)
        {
            if (value is TorchView view)
            {
                yield return key is string { Length: > 0 } name
                    ? (name, view)
                    : throw new WeightFileException(path, $"holds a tensor under {NameOf(key)}, where a name belongs.");
            }
        }
    }

    private static string NameOf(object? value)
    {
        return value switch
        {
            null => "None",
            string { Length: 0 } => "an empty text",
            string => "a text",
            long number => $"the number {number}",
            object?[] => "a tuple",
            List<object?> => "a list",
            TorchView => "a tensor without a name",
            PickleGlobal global => $"the Python global '{global.Name}'",
            _ => "a value",
        };
    }
}
