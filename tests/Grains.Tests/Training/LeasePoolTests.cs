using Microsoft.Extensions.Time.Testing;
using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Training;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Grains.Tests.Training;

public sealed class LeasePoolTests
{
    private static readonly LeaseReport Report = new(["loss"], [1], 2, null);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_lease_that_is_not_renewed_goes_back_to_the_pool_and_each_range_counts_once()
    {
        var pool = new LeasePool(2, _time);
        Assert.Equal(new LeaseAnswer(LeaseAnswerKind.Granted, 0), pool.Lease("a"));
        Assert.Equal(new LeaseAnswer(LeaseAnswerKind.Granted, 1), pool.Lease("b"));
        Assert.Equal(LeaseAnswerKind.Wait, pool.Lease("b").Kind);
        _time.Advance(LeasePool.LeaseTime * 0.9);
        Assert.True(pool.Renew("b", 1));
        _time.Advance(LeasePool.LeaseTime * 0.9);
        Assert.Equal(new LeaseAnswer(LeaseAnswerKind.Granted, 0), pool.Lease("b"));
        Assert.False(pool.Renew("a", 0));
        Assert.True(pool.Confirm(0, Report)); // late, but the first
        Assert.False(pool.Confirm(0, Report));
        Assert.Null(pool.Reports);
        Assert.True(pool.Confirm(1, Report));
        Assert.Equal(LeaseAnswerKind.Complete, pool.Lease("a").Kind);
        Assert.Equal(2, pool.Reports!.Count);
    }

    [Fact]
    public void What_a_lost_trainer_had_is_granted_at_once()
    {
        var pool = new LeasePool(1, _time);
        pool.Lease("a");
        pool.Release("a");
        Assert.Equal(new LeaseAnswer(LeaseAnswerKind.Granted, 0), pool.Lease("b"));
    }

    [Fact]
    public void Whatever_crashes_every_range_is_confirmed_once()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (random, pool, confirmed) = (new Random(seed), new LeasePool(7, _time), new int[7]);
            var held = new List<(string Trainer, int Lease)>();
            for (var turn = 0; pool.Reports is null; turn++)
            {
                Assert.True(turn < 10_000, $"seed {seed}");
                var trainer = $"{random.Next(3)}";
                switch (random.Next(5))
                {
                    case 0:
                        pool.Release(trainer);
                        break;
                    case 1:
                        _time.Advance(LeasePool.LeaseTime * random.NextDouble());
                        break;
                    case 2 when held.Count > 0: // perhaps long after its lease has ended, perhaps again
                        var (by, lease) = held[random.Next(held.Count)];
                        confirmed[lease] += pool.Confirm(lease, Report) ? 1 : 0;
                        break;
                    default:
                        if (pool.Lease(trainer) is { Kind: LeaseAnswerKind.Granted } granted)
                        {
                            held.Add((trainer, granted.Lease));
                        }

                        break;
                }
            }

            Assert.All(confirmed, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_sum_has_the_same_bits_in_whatever_order_its_parts_come()
    {
        var random = new Random(1);
        PieceBytes[] parts = [.. Enumerable.Range(0, 6).Select(_ => new PieceBytes(PieceEncoding.ToBytes([.. Enumerable.Range(0, 50).Select(_ => (float)random.NextDouble())]), false))];
        var expected = Sum(Enumerable.Range(0, 6));
        for (var i = 0; i < 20; i++)
        {
            int[] order = [.. Enumerable.Range(0, 6)];
            random.Shuffle(order);
            Assert.Equal(expected, Sum([.. order, order[0]])); // one comes twice
        }

        byte[] Sum(IEnumerable<int> order)
        {
            var sum = new OrderedSum();
            foreach (var part in order)
            {
                sum.Add(part, parts[part]);
            }

            Assert.Equal(6, sum.Count);
            return sum.Bytes.Bytes;
        }
    }
}
