using System.Text;
using System.Text.Json;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Python's dictionaries of texts.</summary>
public sealed class PythonLiteralTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("{'a': 'b'}", """{"a":"b"}""")]
    [InlineData(" { \"a\" : 'b' , 'c':\"d\", } ", """{"a":"b","c":"d"}""")]
    [InlineData("""{'a': "it's", 'b': 'say "x"'}""", """{"a":"it's","b":"say \"x\""}""")]
    [InlineData("""{'a': '\'\"\\'}""", """{"a":"'\"\\"}""")]
    [InlineData("""{'a': '\n\t\r\b\f\v\a'}""", """{"a":"\n\t\r\b\f\u000b\u0007"}""")]
    [InlineData("""{'a': '\x41\u00e9\U0001F600'}""", """{"a":"A\u00e9\ud83d\ude00"}""")]
    [InlineData("""{'a': '\0\101\1018'}""", """{"a":"\u0000AA8"}""")]
    [InlineData("""{'a': '\d\.'}""", """{"a":"\\d\\."}""")]
    [InlineData("{'a': 'é😀'}", """{"a":"é😀"}""")]
    [InlineData("{'a': '1', 'a': '2'}", """{"a":"2"}""")]
    public void It_means_what_Python_means(string literal, string json)
    {
        using var actual = JsonDocument.Parse(PythonLiteral.ToJson(Encoding.UTF8.GetBytes(literal)));
        using var expected = JsonDocument.Parse(json);

        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), actual.RootElement.GetRawText());
    }

    [Theory]
    [InlineData("{'a': 'b'")]
    [InlineData("{'a': 'b")]
    [InlineData("{'a': 'b\\")]
    [InlineData("{'a': 3}")]
    [InlineData("{'a': None}")]
    [InlineData("{'a': ['b']}")]
    [InlineData("{'a' 'b'}")]
    [InlineData("{'a': 'b' 'c': 'd'}")]
    [InlineData("{'a': 'b'} x")]
    [InlineData("{'a': __import__('os')}")]
    [InlineData("{'a': '\\xg0'}")]
    [InlineData("{'a': '\\u00'}")]
    [InlineData("{'a': '\\ud800'}")]
    [InlineData("{'a': '\\U00110000'}")]
    [InlineData("{'a': '\\N{BULLET}'}")]
    [InlineData("{'a', 'b'}")]
    [InlineData("{,}")]
    [InlineData("")]
    public void Anything_else_is_refused(string literal) =>
        Assert.Throws<RowException>(() => PythonLiteral.ToJson(Encoding.UTF8.GetBytes(literal)));

    [Theory]
    [InlineData("{'a': 1}", true)]
    [InlineData(" \t{ 'a': 1}", true)]
    [InlineData("{\"a\": 1}", false)]
    [InlineData("['a']", false)]
    [InlineData("{", false)]
    [InlineData("", false)]
    public void It_is_known_by_its_first_quote(string row, bool isLikely) =>
        Assert.Equal(isLikely, PythonLiteral.IsLikely(Encoding.UTF8.GetBytes(row)));
}
