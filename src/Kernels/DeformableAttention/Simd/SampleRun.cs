namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Samples, next to each other in the order of <see cref="SampleTable"/>, whose levels fit into a core's cache together.</summary>
/// <param name="Group">The group they belong to.</param>
/// <param name="First">The first sample.</param>
/// <param name="End">After the last one; as many as there are between are a multiple of eight.</param>
/// <param name="FirstPosition">The first position of their levels, which no other run reads.</param>
/// <param name="EndPosition">After the last one.</param>
internal readonly record struct SampleRun(int Group, int First, int End, int FirstPosition, int EndPosition)
{
    /// <summary>Positions of the levels.</summary>
    public int Positions => EndPosition - FirstPosition;

    /// <summary>Divides the samples of a query and head.</summary>
    /// <param name="shape">Sizes of the call.</param>
    /// <param name="levelsFirst">The first position of each level, and after the last.</param>
    /// <param name="paddedPerGroup">Samples of a group, padding included.</param>
    /// <param name="mostPositions">Positions that the cache holds. A run of one level may have more.</param>
    public static SampleRun[] Divide(AttentionShape shape, int[] levelsFirst, int paddedPerGroup, int mostPositions)
    {
        var runs = new List<SampleRun>();
        var levelsPerGroup = shape.Levels / shape.Groups;
        for (var group = 0; group < shape.Groups; group++)
        {
            var (first, firstLevel) = (0, 0);
            for (var level = 1; level <= levelsPerGroup; level++)
            {
                // Samples are located eight at a time: a run ends where a level ends with the last of eight, or the group ends.
                var (end, isLast) = (level * shape.Points, level == levelsPerGroup);
                if (isLast || (end % Corners.Count == 0 && After(level + 1) - After(firstLevel) > mostPositions))
                {
                    var place = group * paddedPerGroup;
                    end = isLast ? paddedPerGroup : end;
                    runs.Add(new SampleRun(group, place + first, place + end, After(firstLevel), After(level)));
                    (first, firstLevel) = (end, level);
                }

                int After(int levels) => levelsFirst[(group * levelsPerGroup) + levels];
            }
        }

        return [.. runs];
    }
}
