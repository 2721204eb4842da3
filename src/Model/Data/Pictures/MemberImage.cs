using MmiGrains.Model.Data.Shards;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>A picture in a shard.</summary>
/// <param name="member">Where it lies.</param>
/// <param name="view">What is taken of it.</param>
public sealed class MemberImage(ShardMember member, ImageView view) : StoredImage($"{member.Shard}, {member.Name}", view)
{
    private static readonly ImageLimits Limits = new();

    protected override RgbImage Decode()
    {
        Limits.CheckLength((int)Math.Min(member.Length, int.MaxValue));
        return Processor.Decode(member.Read(), DecodePolicy.Raw);
    }

    protected override (int Width, int Height) ReadSize() => Processor.ReadSize(member.Read());
}
