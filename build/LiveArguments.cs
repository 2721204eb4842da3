using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies an assembly and turns its DebuggableAttribute from "optimise" to "do not optimise".</summary>
public class LiveArguments : Task
{
    // A custom attribute's blob: its length, the prolog 1, DebuggingModes, no named arguments.
    private static readonly byte[] Optimised = { 8, 1, 0, 2, 0, 0, 0, 0, 0 };

    private const int ModesHighByte = 4;
    private const byte DisableOptimizations = 1; // 0x100

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        var bytes = File.ReadAllBytes(Source);
        var at = Find(bytes, 0);
        if (at < 0 || Find(bytes, at + 1) >= 0)
        {
            Log.LogError("'{0}' does not hold exactly one DebuggableAttribute(IgnoreSymbolStoreSequencePoints), which is to be changed.", Source);
            return false;
        }

        bytes[at + ModesHighByte] = DisableOptimizations;
        if (!File.Exists(Destination) || !Same(bytes, File.ReadAllBytes(Destination)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            File.WriteAllBytes(Destination, bytes);
        }

        return true;
    }

    private static int Find(byte[] bytes, int from)
    {
        for (var at = from; at <= bytes.Length - Optimised.Length; at++)
        {
            var i = 0;
            while (i < Optimised.Length && bytes[at + i] == Optimised[i])
            {
                i++;
            }

            if (i == Optimised.Length)
            {
                return at;
            }
        }

        return -1;
    }

    private static bool Same(byte[] left, byte[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
