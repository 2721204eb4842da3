using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library so that it loads where one symbol version that it needs is missing:
/// the entry of that version in .gnu.version_r gets the flag VER_FLG_WEAK. Writes nothing where the system's
/// libstdc++ offers the version. See OlderLibstdcxx.targets for the reason.
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    private const uint VersionNeedSection = 0x6FFFFFFE; // SHT_GNU_verneed
    private const ushort WeakFlag = 2; // VER_FLG_WEAK

    private static readonly string[] SystemFolders =
    {
        "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/usr/local/lib64",
    };

    [Required] public string Source { get; set; }

    [Required] public string Destination { get; set; }

    [Required] public string Version { get; set; }

    [Output] public bool Written { get; set; }

    public override bool Execute()
    {
        if (SystemOffers(Version))
        {
            return true;
        }

        var elf = File.ReadAllBytes(Source);
        if (!Weaken(elf, Version))
        {
            Log.LogError("{0} does not need {1}; the build step that loads it on an older libstdc++ no longer fits.", Source, Version);
            return false;
        }

        if (!File.Exists(Destination) || !File.ReadAllBytes(Destination).SequenceEqual(elf))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            File.WriteAllBytes(Destination, elf);
            Log.LogMessage(MessageImportance.High, "libstdc++ here is older than {0}: shipping a copy of {1} that does not insist on it.", Version, Path.GetFileName(Source));
        }

        return Written = true;
    }

    private static bool SystemOffers(string version)
    {
        var library = SystemFolders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        return library != null && Encoding.ASCII.GetString(File.ReadAllBytes(library)).Contains(version + "\0");
    }

    // Section headers: offset at 0x28, entry size and count at 0x3A. A need: { library -> its versions }, both linked lists.
    private static bool Weaken(byte[] elf, string version)
    {
        var table = BitConverter.ToInt64(elf, 0x28);
        var size = BitConverter.ToUInt16(elf, 0x3A);
        var count = BitConverter.ToUInt16(elf, 0x3C);
        for (var i = 0; i < count; i++)
        {
            var header = (int)(table + (i * size));
            if (BitConverter.ToUInt32(elf, header + 4) != VersionNeedSection)
            {
                continue;
            }

            var strings = (int)BitConverter.ToInt64(elf, (int)(table + (BitConverter.ToUInt32(elf, header + 0x28) * size)) + 0x18);
            for (int library = (int)BitConverter.ToInt64(elf, header + 0x18), next = -1; next != 0; library += next)
            {
                var entry = library + (int)BitConverter.ToUInt32(elf, library + 8);
                for (int n = BitConverter.ToUInt16(elf, library + 2); n > 0; n--)
                {
                    if (NameAt(elf, strings + (int)BitConverter.ToUInt32(elf, entry + 8)) == version)
                    {
                        elf[entry + 4] |= (byte)WeakFlag; // vna_flags
                        return true;
                    }

                    entry += (int)BitConverter.ToUInt32(elf, entry + 12);
                }

                next = (int)BitConverter.ToUInt32(elf, library + 12);
            }
        }

        return false;
    }

    private static string NameAt(byte[] elf, int offset)
    {
        var end = Array.IndexOf(elf, (byte)0, offset);
        return Encoding.ASCII.GetString(elf, offset, end - offset);
    }
}
