using Akka.Configuration;

namespace ActorTransfer.Bundled.Tests.Configuration;

public class ConfigTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("5 m", 300_000)]
    [InlineData("100ms", 100)]
    [InlineData("1.5 seconds", 1_500)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("250", 250)]
    [InlineData("500 micros", 0.5)]
    [InlineData("0s", 0)]
    [InlineData("infinite", -1)]
    public void Duration_must_be_read_with_its_unit(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Theory]
    [InlineData("10 parsecs")]
    [InlineData("-5")]
    [InlineData("off")]
    public void Duration_must_be_refused_when_it_is_none(string text) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Fact]
    public void Infinite_duration_must_be_refused_when_not_allowed() =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a = infinite").GetTimeSpan("a", null, allowInfinite: false));

    [Theory]
    [InlineData("64KiB", 65_536)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("64K", 65_536)]
    [InlineData("64k", 65_536)]
    [InlineData("256 kB", 256_000)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("1MB", 1_000_000)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("3 tebibytes", 3_298_534_883_328)]
    [InlineData("10b", 10)]
    [InlineData("10 bytes", 10)]
    [InlineData("4096", 4096)]
    public void Size_must_be_read_with_its_unit(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("10 KB")]
    [InlineData("1.5KiB")]
    [InlineData("unlimited")]
    public void Size_must_be_refused_when_it_is_none(string text) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Switch_must_be_read_by_its_words(string text, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a", !expected));

    [Fact]
    public void Switch_must_be_refused_when_the_word_is_unknown() =>
        Assert.Throws<NotSupportedException>(() => ConfigurationFactory.ParseString("a = yes").GetBoolean("a"));

    [Fact]
    public void Numbers_must_be_read_without_regard_to_culture()
    {
        var config = ConfigurationFactory.ParseString("int = 42, double = 0.25, minus = -1");

        Assert.Equal(42, config.GetInt("int"));
        Assert.Equal(0.25, config.GetDouble("double"));
        Assert.Equal(-1, config.GetInt("minus"));
        Assert.Throws<FormatException>(() => config.GetInt("double"));
    }

    [Fact]
    public void Missing_path_must_give_the_default()
    {
        var config = ConfigurationFactory.ParseString("a = 1");

        Assert.Null(config.GetString("x"));
        Assert.Equal("d", config.GetString("x", "d"));
        Assert.Equal(0, config.GetInt("x"));
        Assert.Equal(7, config.GetInt("x", 7));
        Assert.True(config.GetBoolean("x", true));
        Assert.Null(config.GetByteSize("x"));
        Assert.Equal(8, config.GetByteSize("x", 8));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("x"));
        Assert.Equal(TimeSpan.FromSeconds(1), config.GetTimeSpan("x", TimeSpan.FromSeconds(1)));
        Assert.Empty(config.GetStringList("x"));
        Assert.Equal(["d"], config.GetStringList("x", ["d"]));
        Assert.Null(config.GetConfig("x"));
        Assert.Null(config.GetValue("x"));
    }

    [Fact]
    public void Fallback_must_fill_in_what_is_missing_and_nothing_else()
    {
        var upper = ConfigurationFactory.ParseString("a = { x = 1, list = [1] }, scalar = 1, object { y = 1 }");
        var lower = ConfigurationFactory.ParseString("a = { x = 2, y = 2, list = [2, 3] }, scalar = { z = 2 }, object = 2, own = 2");

        var merged = upper.WithFallback(lower);

        Assert.Equal(1, merged.GetInt("a.x"));
        Assert.Equal(2, merged.GetInt("a.y"));
        Assert.Equal(["1"], merged.GetStringList("a.list"));
        Assert.Equal(1, merged.GetInt("scalar"));
        Assert.Equal(1, merged.GetInt("object.y"));
        Assert.Equal(2, merged.GetInt("own"));
        Assert.Equal(2, merged.GetConfig("a").GetInt("y"));
        Assert.False(upper.HasPath("a.y"));
        Assert.Equal(2, lower.GetInt("a.x"));
    }

    [Fact]
    public void Fallbacks_must_be_asked_in_the_order_they_were_added()
    {
        var merged = ConfigurationFactory.ParseString("a.x = 1")
            .WithFallback(ConfigurationFactory.ParseString("a { x = 2, y = 2 }"))
            .WithFallback(ConfigurationFactory.ParseString("a { x = 3, y = 3, z = 3 }"));

        Assert.Equal(1, merged.GetInt("a.x"));
        Assert.Equal(2, merged.GetInt("a.y"));
        Assert.Equal(3, merged.GetInt("a.z"));
    }

    [Fact]
    public void Fallback_may_be_added_again()
    {
        var defaults = ConfigurationFactory.ParseString("a = 2, b = 2");
        var config = ConfigurationFactory.ParseString("a = 1").WithFallback(defaults);

        Assert.Equal(1, config.WithFallback(defaults).GetInt("a"));
        Assert.Equal(2, config.WithFallback(defaults).GetInt("b"));
        Assert.Equal(1, config.WithFallback("c = 3").WithFallback(defaults).GetInt("a"));
    }

    [Fact]
    public void Null_must_hide_the_value_of_the_fallback()
    {
        var merged = ConfigurationFactory.ParseString("a = null").WithFallback("a = 1");

        Assert.True(merged.HasPath("a"));
        Assert.Null(merged.GetString("a", "default"));
    }

    [Fact]
    public void Empty_configuration_must_be_replaced_by_its_fallback()
    {
        var config = ConfigurationFactory.ParseString("a = 1");

        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.False(config.IsEmpty);
        Assert.Same(config, Config.Empty.WithFallback(config));
        Assert.Same(config, config.WithFallback(Config.Empty));
        Assert.Same(config, config.WithFallback(null));
        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
    }

    [Fact]
    public void Text_must_turn_into_a_configuration_by_itself()
    {
        Config config = "a = 1";

        Assert.Equal(1, config.GetInt("a"));
    }
}
