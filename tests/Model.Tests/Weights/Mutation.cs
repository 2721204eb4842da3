namespace MmiGrains.Model.Tests.Weights;

/// <summary>Damage that knows nothing of the format: flips, cuts, insertions, repetitions and numbers at the edge.</summary>
internal static class Mutation
{
    private static readonly long[] EdgeNumbers = [0, 1, -1, 127, 128, 255, 256, 65535, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    public static byte[] Damage(byte[] whole, Random random)
    {
        var damaged = whole.ToList();
        for (var times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
        {
            var at = random.Next(damaged.Count);
            var length = Math.Min(random.Next(1, 24), damaged.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.RemoveRange(at, length);
                    break;
                case 3:
                    damaged.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)));
                    break;
                case 4:
                    damaged.InsertRange(random.Next(damaged.Count), damaged.GetRange(at, length));
                    break;
                case 5:
                    var edge = BitConverter.GetBytes(EdgeNumbers[random.Next(EdgeNumbers.Length)]);
                    for (var i = 0; i < Math.Min(random.Next(2) == 0 ? 4 : 8, damaged.Count - at); i++)
                    {
                        damaged[at + i] = edge[i];
                    }

                    break;
                default:
                    damaged.RemoveRange(at, random.Next(10) == 0 ? damaged.Count - at : Math.Min(1, damaged.Count - at));
                    break;
            }
        }

        return [.. damaged];
    }
}
