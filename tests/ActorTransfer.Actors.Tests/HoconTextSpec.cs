using ActorTransfer.Actors.Settings;
using Akka.Configuration;

namespace ActorTransfer.Actors.Tests;

public sealed class HoconTextSpec
{
    [Theory]
    [InlineData("")]
    [InlineData("a { b = 1 }")]
    [InlineData("a = [1, 2]\nb = \"}\"")]
    [InlineData("a = 1 # {\nb = 2 // [\"")]
    [InlineData("a = \"\"\"{ \" [\n\"\"\"\nb = \"\\\"{\"")]
    [InlineData("# \"\n\n// {")]
    public void Text_with_balanced_brackets_must_be_read(string text) => Assert.NotNull(HoconText.Parse(text));

    /// <summary>The parser would use up its stack, and the process would end.</summary>
    [Theory]
    [InlineData("[")]
    [InlineData("a {")]
    [InlineData("a = [{")]
    public void Text_with_too_many_levels_must_be_refused(string level) => Assert.Contains(
        "more than 64 levels",
        Assert.Throws<ConfigurationException>(() => HoconText.Parse(string.Concat(Enumerable.Repeat(level, 100_000)))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("a {", "line 1: '{' is not closed")]
    [InlineData("a {\n b {\n }\n", "line 1: '{' is not closed")]
    [InlineData("\na = [1, 2", "line 2: '[' is not closed")]
    [InlineData("a = \"\"\"\n\n\"\"\"\nb {", "line 4: '{' is not closed")]
    [InlineData("a = 1\n}", "line 2: '}' has no opening counterpart")]
    [InlineData("a = [1 }", "line 1: '}' has no opening counterpart")]
    [InlineData("# here\na = \"x", "line 2: '\"' is not closed")]
    [InlineData("a = \"x\\\"", "line 1: '\"' is not closed")]
    [InlineData("a = \"\"\"x\"\"", "line 1: '\"' is not closed")]
    public void Truncated_text_must_be_refused(string text, string words) =>
        Assert.Equal(words, Assert.Throws<ConfigurationException>(() => HoconText.Parse(text)).Message);
}
