using System.Text;

namespace MmiGrains.Model.Weights;

/// <summary>The machine's input, stack and memo, and the bounds on each.</summary>
internal ref partial struct PickleMachine
{
    /// <summary>Room for tens of thousands of tensors.</summary>
    private const long MemoryAllowance = 48 << 20;

    /// <summary>Python itself stacks about two thousand at a time.</summary>
    private const int MaxDepth = 100_000;

    /// <summary>Fills the places of the memo between those that were used.</summary>
    private static readonly object Absent = new();

    private void Push(object? value, int memory = 0)
    {
        Spend(memory);
        RequireRoom(_stack.Count);
        _stack.Add(value);
    }

    private readonly void RequireRoom(int depth)
    {
        if (depth == MaxDepth)
        {
            throw Refuse($"stacks more values than the limit of {MaxDepth}");
        }
    }

    private object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object? Top()
    {
        return _stack.Count > Floor() ? _stack[^1] : throw Refuse("takes a value where there is none");
    }

    private object?[] PopMark()
    {
        if (!_marks.TryPop(out var mark))
        {
            throw Refuse("closes a group that it did not open");
        }

        return Cut(mark);
    }

    private object?[] PopLast(int count)
    {
        return _stack.Count - count >= Floor() ? Cut(_stack.Count - count) : throw Refuse("takes a value where there is none");
    }

    private object?[] Cut(int from)
    {
        Spend(32 + (8L * (_stack.Count - from)));
        var items = new object?[_stack.Count - from];
        _stack.CopyTo(from, items, 0, items.Length);
        _stack.RemoveRange(from, items.Length);
        return items;
    }

    private readonly int Floor()
    {
        return _marks.TryPeek(out var mark) ? mark : 0;
    }

    private void Memoize(long key)
    {
        if (key >= _memo.Count)
        {
            Spend(32 * (key + 1 - _memo.Count));
            _memo.AddRange(Enumerable.Repeat(Absent, (int)key + 1 - _memo.Count));
        }

        _memo[(int)key] = Top();
    }

    private void Recall(long key)
    {
        Push(key < _memo.Count && _memo[(int)key] != Absent ? _memo[(int)key] : throw Refuse($"recalls value {key}, which it never kept"));
    }

    private byte TakeByte()
    {
        return Take(1)[0];
    }

    private ReadOnlySpan<byte> Take(long byteCount)
    {
        if (byteCount < 0 || byteCount > _pickle.Length - _at)
        {
            throw Refuse($"asks for {byteCount} bytes where {_pickle.Length - _at} are left");
        }

        var taken = _pickle.Slice(_at, (int)byteCount);
        _at += taken.Length;
        return taken;
    }

    private string TakeLine()
    {
        var length = _pickle[_at..].IndexOf((byte)'\n');
        var line = Take(length < 0 ? long.MaxValue : length + 1);
        Spend(32 + (4L * line.Length));
        return Encoding.UTF8.GetString(line[..^1]);
    }

    private void Spend(long memory)
    {
        _memoryLeft -= memory;
        if (_memoryLeft < 0)
        {
            throw Refuse($"takes more memory than the limit of {MemoryAllowance + _pickle.Length} bytes");
        }
    }
}
