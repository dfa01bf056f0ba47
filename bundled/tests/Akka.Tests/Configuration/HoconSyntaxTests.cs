using Akka.Configuration;

namespace ActorTransfer.Bundled.Tests.Configuration;

public class HoconSyntaxTests
{
    [Theory]
    [InlineData("a = 1")]
    [InlineData("a : 1")]
    [InlineData("a=1")]
    [InlineData("{ a = 1 }")]
    [InlineData("\"a\" = \"1\"")]
    [InlineData("{\"a\": 1}")]
    [InlineData("\n\n  a =\n  1,\n")]
    [InlineData("# first\n// second\na = 1 # third\n")]
    [InlineData("a = 1 // third")]
    [InlineData("a = 0\na = 1")]
    [InlineData("b = { c = 2 }, a = 1")]
    public void Setting_must_be_read_however_it_is_written(string hocon) =>
        Assert.Equal(1, ConfigurationFactory.ParseString(hocon).GetInt("a"));

    [Theory]
    [InlineData("a.b.c = x")]
    [InlineData("a { b { c = x } }")]
    [InlineData("a.b { c = x }")]
    [InlineData("a { b.c = x }")]
    [InlineData("a = { b : { c : x } }")]
    [InlineData("a { b { d = y } }\na.b.c = x")]
    [InlineData("a.b = 1\na.b { c = x }")]
    public void Dotted_key_must_name_the_same_setting_as_nested_objects(string hocon)
    {
        var config = ConfigurationFactory.ParseString(hocon);

        Assert.Equal("x", config.GetString("a.b.c"));
        Assert.Equal("x", config.GetConfig("a").GetString("b.c"));
        Assert.True(config.HasPath("a.b"));
        Assert.False(config.HasPath("a.b.x"));
        Assert.False(config.HasPath("a.b.c.d"));
    }

    [Fact]
    public void Repeated_objects_must_merge_and_later_values_win()
    {
        var config = ConfigurationFactory.ParseString("""
            a { x = 1, y = 1, deep { one = 1 } }
            a = { y = 2, z = 2, deep.two = 2 }
            b { x = 1 }
            b = plain
            """);

        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
        Assert.Equal(2, config.GetInt("a.z"));
        Assert.Equal(1, config.GetInt("a.deep.one"));
        Assert.Equal(2, config.GetInt("a.deep.two"));
        Assert.Equal("plain", config.GetString("b"));
    }

    [Fact]
    public void Key_with_dots_must_be_one_key_when_quoted()
    {
        var config = ConfigurationFactory.ParseString("""
            hosts {
              "files.example.org" { port = 7777 }
              "proxy.example.org".port = 1080
            }
            """);

        Assert.Equal(7777, config.GetInt("hosts.\"files.example.org\".port"));
        Assert.Equal(1080, config.GetConfig("hosts.\"proxy.example.org\"").GetInt("port"));
    }

    [Theory]
    [InlineData("a = some plain words  ", "some plain words")]
    [InlineData("a = /srv/in", "/srv/in")]
    [InlineData("a = user.name-1_x", "user.name-1_x")]
    [InlineData("a = 10.1.2.3", "10.1.2.3")]
    [InlineData("a = \"quoted: text = {}\"", "quoted: text = {}")]
    [InlineData("a = \"two\\nlines \\\"and\\\" \\u0041\\\\\"", "two\nlines \"and\" A\\")]
    [InlineData("a = \"one\" two \"three\"", "one two three")]
    [InlineData("a = \"\"\"raw \\n \"text\" # {}\"\"\"", "raw \\n \"text\" # {}")]
    [InlineData("a = \"\"", "")]
    [InlineData("a = \"  trimmed  \"", "trimmed")]
    [InlineData("a = null", null)]
    public void Text_must_keep_what_was_written(string hocon, string? expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a", "default"));

    [Theory]
    [InlineData("a = [x, y z, \"1,2\"]")]
    [InlineData("a = [x, y z, \"1,2\",]")]
    [InlineData("a = [\n  x\n  y z # comment\n  \"1,2\"\n]")]
    [InlineData("a = [x] [y z] [\"1,2\"]")]
    [InlineData("head = [x, y z]\na = ${head} [\"1,2\"]")]
    public void Array_must_keep_its_items_in_order(string hocon) =>
        Assert.Equal(["x", "y z", "1,2"], ConfigurationFactory.ParseString(hocon).GetStringList("a"));

    [Fact]
    public void Array_must_hold_numbers_objects_and_nothing()
    {
        var config = ConfigurationFactory.ParseString("numbers = [1, 2, 3], none = [], objects = [{ name = a }, { name = b }]");

        Assert.Equal(["1", "2", "3"], config.GetStringList("numbers"));
        Assert.Empty(config.GetStringList("none"));
        Assert.Equal(["a", "b"], config.GetValue("objects").GetArray().Select(v => v.GetObject().GetKey("name").GetString()));
    }

    [Fact]
    public void Substitution_must_stand_for_the_value_at_its_path()
    {
        var config = ConfigurationFactory.ParseString("""
            copy = ${defaults}
            defaults { port = 1080, name = proxy }
            limit = ${defaults.port}
            address = ${defaults.name}.example.org
            nested { limit = ${limit} }
            """);

        Assert.Equal(1080, config.GetInt("limit"));
        Assert.Equal(1080, config.GetInt("copy.port"));
        Assert.Equal("proxy.example.org", config.GetString("address"));
        Assert.Equal(1080, config.GetInt("nested.limit"));
    }

    [Fact]
    public void Substitution_must_not_look_beyond_its_own_text() =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a = ${b}").WithFallback("b = 1"));

    [Theory]
    [InlineData("a = xmpp:files@example.org")]
    [InlineData("a = [b=1]")]
    public void Unquoted_text_must_be_refused_when_it_runs_into_an_assignment(string hocon) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon));

    [Theory]
    [InlineData("a = \"\\x\"")]
    [InlineData("?")]
    [InlineData("a = ${missing}")]
    public void Text_that_is_no_hocon_must_be_refused(string hocon) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));
}
