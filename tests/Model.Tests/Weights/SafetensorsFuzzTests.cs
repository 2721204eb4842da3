using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Weights;

public sealed partial class SafetensorsFuzzTests : IDisposable
{
    private static readonly string[] OddTokens =
    [
        "0", "-1", "1", "8", "1e3", "2.5", "9223372036854775807", "9223372036854775808", "4294967296", "00", "null", "true", "[]", "{}", "\"\"",
        "\"F32\"", "\"BOOL\"", "\"F8_E4M3\"", "\"\\ud800\"", "[[[[[[[[]]]]]]]]", "[1,2,3]", "[0,0]", "{\"a\":1}", "\"dtype\"", "\"shape\"", "\"__metadata__\"",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly FuzzOutcomes _outcomes = new();
    private readonly string _header;
    private readonly byte[] _data;
    private readonly byte[] _whole;

    public SafetensorsFuzzTests()
    {
        var grid = arange(12, dtype: ScalarType.Float32).reshape(3, 4);
        var path = _folder.File("whole.safetensors");
        SafetensorsFile.Write(
            path,
            [
                ("a.weight", grid), ("a.bias", grid[0]), ("half", grid.to(ScalarType.Float16)), ("brain", grid.to(ScalarType.BFloat16)),
                ("ids", grid.to(ScalarType.Int64)), ("mask", grid > 3), ("scalar", tensor(1f)), ("empty", zeros(0, 4)), ("bytes", grid.to(ScalarType.Byte)),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });
        _whole = File.ReadAllBytes(path);
        var headerBytes = (int)BitConverter.ToInt64(_whole);
        _header = Encoding.UTF8.GetString(_whole, 8, headerBytes);
        _data = _whole[(8 + headerBytes)..];
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Damage_anywhere_in_the_file_is_survived()
    {
        var random = new Random(1);
        for (var round = 0; round < 1000; round++)
        {
            Try(Mutation.Damage(_whole, random), $"round {round}");
        }

        AssertMixed();
    }

    [Fact]
    public void Damage_to_the_header_under_a_true_length_is_survived()
    {
        var random = new Random(2);
        for (var round = 0; round < 1000; round++)
        {
            Try(Assemble(Mutation.Damage(Encoding.UTF8.GetBytes(_header), random)), $"round {round}");
        }

        AssertMixed();
    }

    [Fact]
    public void Tokens_of_the_header_in_the_wrong_places_are_survived()
    {
        var random = new Random(3);
        var tokens = Token().Matches(_header).Select(match => match.Value).ToArray();
        for (var round = 0; round < 1000; round++)
        {
            var edited = tokens.ToArray();
            for (var times = random.Next(1, 3); times > 0; times--)
            {
                edited[random.Next(edited.Length)] = random.Next(2) == 0 ? tokens[random.Next(tokens.Length)] : OddTokens[random.Next(OddTokens.Length)];
            }

            Try(Assemble(Encoding.UTF8.GetBytes(string.Concat(edited))), $"round {round}: {string.Concat(edited)}");
        }

        AssertMixed();
    }

    [Fact]
    public void Well_formed_headers_of_other_tensors_are_survived()
    {
        var random = new Random(4);
        long[] numbers = [0, 1, 2, 3, 4, 8, 12, 16, 24, 48, 96, _data.Length, _data.Length + 1, 1L << 31, 1L << 32, 1L << 62, long.MaxValue];
        string[] types = ["BOOL", "U8", "I8", "I16", "I32", "I64", "F16", "BF16", "F32", "F64", "U64", "F8_E5M2"];
        for (var round = 0; round < 1000; round++)
        {
            var header = JsonNode.Parse(_header)!.AsObject();
            for (var times = random.Next(1, 3); times > 0; times--)
            {
                var names = header.Select(pair => pair.Key).Where(key => key != "__metadata__").ToArray();
                if (names.Length == 0)
                {
                    break;
                }

                var name = names[random.Next(names.Length)];
                var entry = header[name]!.AsObject();
                switch (random.Next(6))
                {
                    case 0:
                        entry["dtype"] = types[random.Next(types.Length)];
                        break;
                    case 1:
                        entry["shape"] = new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => JsonValue.Create(numbers[random.Next(numbers.Length)]))]);
                        break;
                    case 2:
                        entry["data_offsets"]!.AsArray()[random.Next(2)] = numbers[random.Next(numbers.Length)];
                        break;
                    case 3:
                        entry["data_offsets"] = header[names[random.Next(names.Length)]]!["data_offsets"]!.DeepClone();
                        break;
                    case 4:
                        // The same bytes under another type of the same size: the one damage here that stays valid.
                        entry["dtype"] = (string)entry["dtype"]! switch { "F16" => "BF16", "BF16" => "I16", "BOOL" => "I8", "F32" => "I32", "I64" => "F64", var other => other };
                        break;
                    default:
                        header.Remove(name);
                        header[random.Next(2) == 0 ? name + "'" : ""] = entry;
                        break;
                }
            }

            Try(Assemble(Encoding.UTF8.GetBytes(header.ToJsonString())), $"round {round}: {header.ToJsonString()}");
        }

        AssertMixed();
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < _whole.Length; length++)
        {
            Try(_whole[..length], $"the first {length} bytes");
        }

        Assert.Equal((0, _whole.Length), (_outcomes.Opened, _outcomes.Refused));
    }

    [GeneratedRegex("""("[^"]*"|\d+|.)""", RegexOptions.Singleline)]
    private static partial Regex Token();

    private byte[] Assemble(byte[] header)
    {
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. _data];
    }

    private void Try(byte[] content, string what)
    {
        _outcomes.Try(_folder.File("damaged.safetensors"), content, SafetensorsFile.Open, what);
    }

    // Damage that always or never shows would test nothing.
    private void AssertMixed()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_outcomes.Opened} opened, {_outcomes.Refused} refused; at most {_outcomes.LargestAllocation} bytes and {_outcomes.Longest.TotalMilliseconds:F1} ms");
        Assert.True(_outcomes is { Opened: > 0, Refused: > 0 }, $"{_outcomes.Opened} opened, {_outcomes.Refused} refused");
    }
}
