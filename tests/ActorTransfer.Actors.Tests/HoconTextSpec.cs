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

    /// <summary>The parser would add elements to the list until memory is used up.</summary>
    [Theory]
    [InlineData("a = [*]", '*')]
    [InlineData("a = [x, ada@north.example]", '@')]
    [InlineData("a = [::1]", ':')]
    [InlineData("a = [b = 1]", '=')]
    [InlineData("a = [$b]", '$')]
    [InlineData("a = [${?b}]", '$')]
    [InlineData("a = [${ b }]", '$')]
    [InlineData("a = [{ b = [1, ?] }]", '?')]
    [InlineData("a = [\\]", '\\')]
    [InlineData("a = \"\"\"\\\"\"\"\", b = [!] # \"", '!')]
    public async Task Text_in_a_list_that_needs_quotes_must_be_refused(string text, char sign)
    {
        var parsing = Task.Run(() => HoconText.Parse(text));
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => parsing.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal($"line 1: text with '{sign}' in a list needs quotes", refused.Message);
    }

    /// <summary>Reading it would use up the stack, and the process would end.</summary>
    [Theory]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}\nb = ${c}\nc = ${a}")]
    [InlineData("a { b = [1, { c = ${a} }] }")]
    public void Substitution_that_refers_to_itself_must_be_refused(string text) =>
        Assert.Equal("a substitution refers to itself", Assert.Throws<ConfigurationException>(() => HoconText.Parse(text)).Message);

    [Fact]
    public void Substitution_must_be_read_as_often_as_it_is_used() =>
        Assert.Equal("x x", HoconText.Parse("a = x\nb = ${a} ${a}\nc { d = ${b} }").GetString("c.d"));

    [Theory]
    [InlineData("a = [1, \"*\", ${b}, { d = e, f : g }]\nb = 2")]
    [InlineData("a = [{ b = { c = 1 } { d = 2 }, \"e\" # {\n { f = 3 } }]")]
    [InlineData("a = [x y z, 1.5, 192.0.2.1, a-b/c; +~%']")]
    public void List_must_be_read(string text) => Assert.NotNull(HoconText.Parse(text).GetValue("a"));

    [Theory]
    [InlineData("a {", "line 1: '{' is not closed")]
    [InlineData("a = [{ { b = 1 } = 2 }]", "line 1: '{' where a key should be")]
    [InlineData("a = [{ b = 1,\n # c\n { d = 2 } }]", "line 3: '{' where a key should be")]
    [InlineData("a = [{ b { c = 1 }\n { d = 2 } }]", "line 2: '{' where a key should be")]
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
