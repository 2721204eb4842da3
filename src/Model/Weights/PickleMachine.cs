using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MmiGrains.Model.Weights;

/// <summary>
/// Interprets the part of Python's pickle language that describes tensors. Values become null, bool, long, double,
/// string, an array for a tuple, a list, a list of pairs for a dictionary, <see cref="PickleGlobal"/>,
/// <see cref="TorchStorage"/> and <see cref="TorchView"/>. Nothing recurses, and every step draws on one memory
/// allowance, so that the length of the stack, the memo, the texts and the run itself are all bounded by it.
/// </summary>
internal ref partial struct PickleMachine
{
    private const int MaxProtocol = 5;

    /// <summary>Stands for values that take part in nothing: bytes, and integers beyond 64 bits.</summary>
    private static readonly object Opaque = new();

    private readonly string _path;
    private readonly ReadOnlySpan<byte> _pickle;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly List<object?> _memo = [];
    private int _at;
    private int _operationAt;
    private long _memoryLeft;

    private PickleMachine(string path, ReadOnlySpan<byte> pickle)
    {
        _path = path;
        _pickle = pickle;
        _memoryLeft = MemoryAllowance + pickle.Length;
    }

    /// <summary>The value that a pickle leaves behind.</summary>
    /// <exception cref="WeightFileException">It is malformed, takes too much memory, or asks for anything but tensors.</exception>
    public static object? Run(string path, ReadOnlySpan<byte> pickle)
    {
        var machine = new PickleMachine(path, pickle);
        while (machine.Step())
        {
        }

        var result = machine.Pop();
        return machine._stack.Count == 0 && machine._at == pickle.Length
            ? result
            : throw machine.Refuse($"leaves {machine._stack.Count} values and {pickle.Length - machine._at} bytes behind its end");
    }

    /// <summary>Carries out one operation; false after the last.</summary>
    private bool Step()
    {
        _operationAt = _at;
        Spend(8);
        var operation = TakeByte();
        switch (operation)
        {
            case (byte)'.': // STOP
                return false;
            case 0x80: // PROTO
                RequireProtocol(TakeByte());
                break;
            case 0x95: // FRAME
                Take(8);
                break;
            case (byte)'(': // MARK
                RequireRoom(_marks.Count);
                _marks.Push(_stack.Count);
                break;
            case (byte)'0': // POP
                Pop();
                break;
            case (byte)'1': // POP_MARK
                PopMark();
                break;
            case (byte)'2': // DUP
                Push(Top());
                break;

            case (byte)'N': // NONE
                Push(null);
                break;
            case 0x88: // NEWTRUE
                Push(true, 24);
                break;
            case 0x89: // NEWFALSE
                Push(false, 24);
                break;
            case (byte)'J': // BININT
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)), 24);
                break;
            case (byte)'K': // BININT1
                Push((long)TakeByte(), 24);
                break;
            case (byte)'M': // BININT2
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)), 24);
                break;
            case 0x8a: // LONG1
                PushLong(Take(TakeByte()));
                break;
            case 0x8b: // LONG4
                PushLong(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                break;
            case (byte)'G': // BINFLOAT
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)), 24);
                break;

            case 0x8c: // SHORT_BINUNICODE
            case (byte)'U': // SHORT_BINSTRING
                PushText(Take(TakeByte()));
                break;
            case (byte)'X': // BINUNICODE
            case (byte)'T': // BINSTRING
                PushText(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case 0x8d: // BINUNICODE8
                PushText(Take(BinaryPrimitives.ReadInt64LittleEndian(Take(8))));
                break;
            case (byte)'C': // SHORT_BINBYTES
                Take(TakeByte());
                Push(Opaque);
                break;
            case (byte)'B': // BINBYTES
                Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                Push(Opaque);
                break;

            case (byte)')': // EMPTY_TUPLE
                Push(Array.Empty<object?>());
                break;
            case (byte)'t': // TUPLE
                Push(PopMark());
                break;
            case 0x85: // TUPLE1
            case 0x86: // TUPLE2
            case 0x87: // TUPLE3
                Push(PopLast(operation - 0x84));
                break;
            case (byte)']': // EMPTY_LIST
                Push(new List<object?>(), 40);
                break;
            case (byte)'a': // APPEND
                Append(PopLast(1));
                break;
            case (byte)'e': // APPENDS
                Append(PopMark());
                break;
            case (byte)'}': // EMPTY_DICT
                Push(new List<KeyValuePair<object?, object?>>(), 40);
                break;
            case (byte)'s': // SETITEM
                SetItems(PopLast(2));
                break;
            case (byte)'u': // SETITEMS
                SetItems(PopMark());
                break;

            case (byte)'q': // BINPUT
                Memoize(TakeByte());
                break;
            case (byte)'r': // LONG_BINPUT
                Memoize(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case 0x94: // MEMOIZE
                Memoize(_memo.Count);
                break;
            case (byte)'h': // BINGET
                Recall(TakeByte());
                break;
            case (byte)'j': // LONG_BINGET
                Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;

            case (byte)'c': // GLOBAL
                PushGlobal(TakeLine(), TakeLine());
                break;
            case 0x93: // STACK_GLOBAL
                var names = PopLast(2);
                PushGlobal(
                    names[0] as string ?? throw Refuse("names a global by something that is not text"),
                    names[1] as string ?? throw Refuse("names a global by something that is not text"));
                break;
            case (byte)'i': // INST: a global, called at once
                throw RefuseGlobal($"{TakeLine()}.{TakeLine()}");
            case (byte)'R': // REDUCE
                Reduce(PopLast(2));
                break;
            case (byte)'b': // BUILD: attributes of an OrderedDict, such as the versions of its modules, say nothing about tensors
                Pop();
                DictionaryOnTop();
                break;
            case (byte)'Q': // BINPERSID
                Push(Storage(Pop()), 48);
                break;

            default:
                throw Refuse($"has the operation 0x{operation:x2}, which no description of tensors needs");
        }

        return true;
    }

    private readonly void RequireProtocol(byte protocol)
    {
        if (protocol > MaxProtocol)
        {
            throw Refuse($"has protocol {protocol}, above the limit of {MaxProtocol}");
        }
    }

    private void PushLong(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > 8)
        {
            Push(Opaque);
            return;
        }

        Span<byte> wide = stackalloc byte[8];
        wide.Fill(digits.Length > 0 && digits[^1] >= 0x80 ? (byte)0xff : (byte)0);
        digits.CopyTo(wide);
        Push(BinaryPrimitives.ReadInt64LittleEndian(wide), 24);
    }

    private void PushText(ReadOnlySpan<byte> utf8)
    {
        Spend(32 + (2L * utf8.Length));
        Push(Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw Refuse("has a text that is not valid UTF-8"));
    }

    private void Append(object?[] items)
    {
        var list = Top() as List<object?> ?? throw Refuse("appends to something that is not a list");
        Spend(24L * items.Length);
        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw Refuse("has a key without a value");
        }

        // Generous: a pair may become an entry of the checkpoint.
        Spend(160L * items.Length);
        var dictionary = DictionaryOnTop();
        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Add(new(items[i], items[i + 1]));
        }
    }

    private readonly List<KeyValuePair<object?, object?>> DictionaryOnTop()
    {
        return Top() as List<KeyValuePair<object?, object?>> ?? throw Refuse("sets items or attributes of something that is not a dictionary");
    }

    private void PushGlobal(string module, string name)
    {
        var whole = $"{module}.{name}";
        Push(PickleGlobal.Find(whole) ?? throw RefuseGlobal(whole));
    }

    private void Reduce(object?[] call)
    {
        var function = call[0] as PickleGlobal ?? throw Refuse("calls something that is not a function");
        var arguments = call[1] as object?[] ?? throw Refuse("calls a function without a tuple of arguments");
        Spend(40);
        Push(function switch
        {
            _ when function == PickleGlobal.OrderedDict && arguments is [] => new List<KeyValuePair<object?, object?>>(),
            _ when function == PickleGlobal.Size && arguments is [object?[] extents] => extents,
            _ when function == PickleGlobal.RebuildParameter && arguments is [TorchView data, _, _] => data,
            _ when function == PickleGlobal.RebuildTensor && arguments is [TorchStorage storage, long offset, object?[] shape, object?[] strides, _, _, ..]
                => View(storage, offset, shape, strides),
            _ => throw Refuse($"calls {function.Name} with {arguments.Length} arguments, which it does not take in that form"),
        });
    }

    private TorchView View(TorchStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (shape.Length > TensorShape.MaxRank || strides.Length > TensorShape.MaxRank)
        {
            throw Refuse($"has a tensor of {Math.Max(shape.Length, strides.Length)} dimensions, above the limit of {TensorShape.MaxRank}");
        }

        Spend(160 + (8L * (shape.Length + strides.Length)));
        return new TorchView(storage, offset, Numbers(shape), Numbers(strides));
    }

    private readonly long[] Numbers(object?[] values)
    {
        var numbers = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            numbers[i] = values[i] is long number ? number : throw Refuse("has a shape or stride that is not a number");
        }

        return numbers;
    }

    private readonly TorchStorage Storage(object? id)
    {
        return id is object?[] and ["storage", PickleGlobal { StorageType: { } type }, string key, string, long and >= 0 and var elementCount]
            ? new TorchStorage(type, key, elementCount)
            : throw Refuse("mentions an outside object that is not a storage");
    }

    private readonly WeightFileException Refuse(string problem)
    {
        return new WeightFileException(_path, $"has a pickle that {problem}, at byte {_operationAt} of {_pickle.Length}.");
    }

    private readonly WeightFileException RefuseGlobal(string name)
    {
        return new WeightFileException(
            _path, $"asks for the Python global {Quoted.Text(name)} at byte {_operationAt} of its pickle, which no tensor needs, so nothing of it was run.");
    }
}
