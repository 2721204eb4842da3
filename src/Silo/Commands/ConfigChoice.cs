using MmiGrains.Model.Interleaved;

namespace MmiGrains.Silo.Commands;

/// <summary>A configuration as commands take it: by name, or as a file.</summary>
internal static class ConfigChoice
{
    /// <summary>What may be given, for help texts.</summary>
    public static string Forms { get; } = $"{string.Join(", ", ConfigPresets.Names)}, or a file";

    public static MmInterleavedConfig Read(string nameOrFile)
    {
        if (ConfigPresets.Names.Contains(nameOrFile))
        {
            return ConfigPresets.Get(nameOrFile);
        }

        var file = Directory.Exists(nameOrFile) ? Path.Combine(nameOrFile, ModelFolder.ConfigName) : nameOrFile;
        return File.Exists(file) || file != nameOrFile
            ? ConfigFile.Read(file)
            : throw new CommandException($"There is no configuration '{nameOrFile}': it is neither a file nor one of {string.Join(", ", ConfigPresets.Names)}.");
    }
}
