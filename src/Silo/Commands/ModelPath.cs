namespace MmiGrains.Silo.Commands;

/// <summary>Where the model lies that ships with the program.</summary>
internal static class ModelPath
{
    /// <summary><c>models/mini</c> in the nearest folder above the program that has it; as it stands where none has.</summary>
    public static string Default
    {
        get
        {
            var name = Path.Combine("models", "mini");
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (Directory.Exists(Path.Combine(folder.FullName, name)))
                {
                    return Path.Combine(folder.FullName, name);
                }
            }

            return name;
        }
    }
}
