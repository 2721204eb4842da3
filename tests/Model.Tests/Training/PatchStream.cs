using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Training;

/// <summary>A world smaller than any: pictures of one colour and the colour's name, text first or picture first.</summary>
internal sealed class PatchStream : ISampleStream
{
    private static readonly (string Name, byte R, byte G, byte B)[] Colours = [("red", 220, 30, 30), ("green", 30, 180, 60), ("blue", 30, 60, 220)];
    private long _next;

    public int? BrokenImageAt { get; init; }

    public DataSample Next()
    {
        var n = _next++;
        var random = new SeededRandom(5, n);
        var colour = Colours[random.NextInt(Colours.Length)];
        var picture = new Patch(colour.R, colour.G, colour.B, IsBroken: n == BrokenImageAt);
        var shown = random.NextInt(2) == 0;
        return new DataSample(shown
            ? [new ImagePiece(picture, IsTrained: false), new TextPiece($"it is {colour.Name}")]
            : [new TextPiece($"show {colour.Name}", IsTrained: false), new ImagePiece(picture)])
        {
            Origin = $"patch {n}",
        };
    }

    public JsonNode SavePosition() => new JsonObject { ["next"] = _next };

    public void Restore(JsonNode position) => _next = position["next"]!.GetValue<long>();

    public void Dispose()
    {
    }

    private sealed record Patch(byte R, byte G, byte B, bool IsBroken) : ISampleImage
    {
        public RgbImage Load(int side)
        {
            return IsBroken
                ? throw new ImageInputException("cut short")
                : new RgbImage(side, side, [.. Enumerable.Repeat(new[] { R, G, B }, side * side).SelectMany(pixel => pixel)]);
        }
    }
}
