using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Grounding;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// A file of answers to "where is it": on each line <c>{"expected": [x1, y1, x2, y2], "text": "..."}</c>, coordinates from 0 to 999.
/// </summary>
public static class GroundingFile
{
    private const double Largest = 999;

    /// <summary>The answers, at least one.</summary>
    /// <exception cref="DataException">The file cannot be read, or an expected box is none.</exception>
    public static IReadOnlyList<GroundingAnswer> Read(string path)
    {
        var answers = JsonInput.ReadLines(path, line =>
        {
            var place = line["expected"];
            double[] corners = [.. place.Entries().Select(value => value.Number())];
            return corners is [>= 0 and var x1, >= 0 and var y1, <= Largest and var x2, <= Largest and var y2] && x1 < x2 && y1 < y2
                ? new GroundingAnswer(new Box(x1, y1, x2, y2), line["text"].Text())
                : throw place.Wrong("must be x1, y1, x2, y2 from 0 to 999 with x1 < x2 and y1 < y2");
        });
        return answers.Count > 0 ? answers : throw new DataException($"'{path}' holds no answer.");
    }
}
