using MmiGrains.Model.Generation;
using MmiGrains.Model.Tests.Tensors;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Generation;

public class KvCacheTests
{
    private const int Layers = 2;

    [Fact]
    public void Growing_keeps_what_was_appended()
    {
        using var scope = NewDisposeScope();
        using var cache = new KvCache(Layers);
        var (keys, values) = (Near.Normal(1, 3, 2, 40, 4), Near.Normal(2, 3, 2, 40, 4));
        var start = 0;
        foreach (var count in new[] { 5, 1, 1, 1, 8, 1, 3, 20 })
        {
            for (var layer = 0; layer < Layers; layer++)
            {
                var sign = layer == 0 ? 1 : -1;
                var (k, v) = cache.Append(layer, sign * keys.narrow(2, start, count), sign * values.narrow(2, start, count));
                Near.Equal(sign * keys.narrow(2, 0, start + count), k, 0, "keys");
                Near.Equal(sign * values.narrow(2, 0, start + count), v, 0, "values");
            }

            cache.Advance(count);
            start += count;
            Assert.Equal(start, cache.Length);
            Near.Equal(-keys.narrow(2, 0, start), cache.Read(1).Keys, 0);
        }
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        using var scope = NewDisposeScope();
        using var cache = new KvCache(Layers);
        var first = Near.Normal(1, 3, 2, 6, 4);
        Append(cache, first);

        using var fork = cache.Fork(tensor(new[] { 2L, 2, 0, 1 }));
        Append(fork, Near.Normal(2, 4, 2, 3, 4));
        Append(cache, Near.Normal(3, 3, 2, 1, 4));
        Assert.Equal((7, 9), (cache.Length, fork.Length));
        Near.Equal(first, cache.Read(0).Keys.narrow(2, 0, 6), 0);
        Near.Equal(Near.Normal(3, 3, 2, 1, 4), cache.Read(1).Values.narrow(2, 6, 1), 0);
        Near.Equal(first.index_select(0, tensor(new[] { 2L, 2, 0, 1 })), fork.Read(1).Values.narrow(2, 0, 6), 0);
        Near.Equal(Near.Normal(2, 4, 2, 3, 4), fork.Read(0).Keys.narrow(2, 6, 3), 0);
    }

    [Fact]
    public void Nothing_yet_may_be_forked()
    {
        using var cache = new KvCache(Layers);
        using var rows = tensor(new[] { 0L });
        using var fork = cache.Fork(rows);
        Assert.Equal(0, fork.Length);
    }

    [Fact]
    public void Selected_rows_replace_the_old_ones_and_grow_on()
    {
        using var scope = NewDisposeScope();
        using var cache = new KvCache(Layers);
        var (first, second) = (Near.Normal(1, 3, 2, 4, 4), Near.Normal(2, 2, 2, 5, 4));
        Append(cache, first);
        cache.SelectRows(tensor(new[] { 1L, 1 }));
        Append(cache, second);
        Assert.Equal(9, cache.Length);
        Near.Equal(cat([first[1].unsqueeze(0).expand(2, -1, -1, -1), second], 2), cache.Read(0).Keys, 0);
        Near.Equal(cache.Read(0).Keys, cache.Read(1).Values, 0);
    }

    [Fact]
    public void Its_tensors_outlive_the_scope_they_were_made_in()
    {
        using var cache = new KvCache(Layers);
        using (NewDisposeScope())
        {
            Append(cache, Near.Normal(1, 1, 2, 3, 4));
        }

        using (NewDisposeScope())
        {
            Append(cache, Near.Normal(2, 1, 2, 3, 4));
        }

        using var scope = NewDisposeScope();
        Near.Equal(cat([Near.Normal(1, 1, 2, 3, 4), Near.Normal(2, 1, 2, 3, 4)], 2), cache.Read(1).Values, 0);
    }

    private static void Append(KvCache cache, Tensor both)
    {
        for (var layer = 0; layer < Layers; layer++)
        {
            cache.Append(layer, both, both);
        }

        cache.Advance(both.shape[2]);
    }
}
