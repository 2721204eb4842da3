using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies an assembly and marks every method in it as not to be optimised and not to be inlined (ECMA-335, II.22 to II.25).</summary>
public class LiveArguments : Task
{
    private const int MethodDef = 6;
    private const int NoInliningNoOptimization = 0x48;
    private const int AggressiveInlining = 0x100;

    private byte[] _bytes;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        _bytes = File.ReadAllBytes(Source);
        var methods = MarkMethods();
        Log.LogMessage("{0} methods of '{1}' keep their arguments alive.", methods, Source);
        if (!File.Exists(Destination) || !_bytes.SequenceEqual(File.ReadAllBytes(Destination)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            File.Delete(Destination); // it may be one file with copies of it elsewhere
            File.WriteAllBytes(Destination, _bytes);
        }

        return methods > 0;
    }

    private int MarkMethods()
    {
        var metadata = MetadataOffset();
        var tables = metadata + StreamOffset(metadata, "#~");
        var heaps = _bytes[tables + 6];
        var present = BitConverter.ToUInt64(_bytes, tables + 8);
        var rows = new int[64];
        var at = tables + 24;
        for (var table = 0; table < 64; table++)
        {
            if ((present >> table & 1) != 0)
            {
                rows[table] = Int(at);
                at += 4;
            }
        }

        int strings = (heaps & 1) != 0 ? 4 : 2, guids = (heaps & 2) != 0 ? 4 : 2, blobs = (heaps & 4) != 0 ? 4 : 2;
        Func<int, int[], int> index = (bits, of) => of.Max(table => rows[table]) < 1 << (16 - bits) ? 2 : 4;
        int scope = index(2, new[] { 0, 26, 35, 1 }), type = index(2, new[] { 2, 1, 27 });
        at += rows[0] * (2 + strings + 3 * guids);                                                          // Module
        at += rows[1] * (scope + 2 * strings);                                                              // TypeRef
        at += rows[2] * (4 + 2 * strings + type + index(0, new[] { 4 }) + index(0, new[] { MethodDef }));   // TypeDef
        at += rows[4] * (2 + strings + blobs);                                                              // Field
        if (rows[3] + rows[5] != 0)
        {
            throw new InvalidDataException("'" + Source + "' is not compressed metadata.");
        }

        var size = 8 + strings + blobs + index(0, new[] { 8 });
        var marked = 0;
        for (var row = at; row < at + rows[MethodDef] * size; row += size)
        {
            if (Int(row) != 0) // its address; what is imported has none
            {
                var flags = (BitConverter.ToUInt16(_bytes, row + 4) | NoInliningNoOptimization) & ~AggressiveInlining;
                _bytes[row + 4] = (byte)flags;
                _bytes[row + 5] = (byte)(flags >> 8);
                marked++;
            }
        }

        return marked;
    }

    private int MetadataOffset()
    {
        var pe = Int(0x3c);
        var optional = pe + 24;
        var directories = optional + (BitConverter.ToUInt16(_bytes, optional) == 0x20b ? 112 : 96);
        return FileOffset(pe, Int(FileOffset(pe, Int(directories + 14 * 8)) + 8));
    }

    private int FileOffset(int pe, int address)
    {
        var sections = pe + 24 + BitConverter.ToUInt16(_bytes, pe + 20);
        for (var i = 0; i < BitConverter.ToUInt16(_bytes, pe + 6); i++)
        {
            var section = sections + 40 * i;
            if (address >= Int(section + 12) && address < Int(section + 12) + Int(section + 16))
            {
                return address - Int(section + 12) + Int(section + 20);
            }
        }

        throw new InvalidDataException("'" + Source + "' has no section at " + address + ".");
    }

    private int StreamOffset(int metadata, string name)
    {
        var at = metadata + 16 + Int(metadata + 12) + 4;
        while (true)
        {
            var end = Array.IndexOf(_bytes, (byte)0, at + 8);
            if (System.Text.Encoding.ASCII.GetString(_bytes, at + 8, end - at - 8) == name)
            {
                return Int(at);
            }

            at += 8 + (end - at - 8 + 4) / 4 * 4;
        }
    }

    private int Int(int at) => BitConverter.ToInt32(_bytes, at);
}
