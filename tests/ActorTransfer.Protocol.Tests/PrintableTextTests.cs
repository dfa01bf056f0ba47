namespace ActorTransfer.Protocol.Tests;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("Grüße 日本 שלום.txt", "Grüße 日本 שלום.txt")]
    [InlineData("a b\u00A0c", "a b\u00A0c")]
    [InlineData("C:\\Users\\x", "C:\\Users\\x")]
    [InlineData("line\r\nforged", @"line\u{000D}\u{000A}forged")]
    [InlineData("tab\tnul\0bell\a", @"tab\u{0009}nul\u{0000}bell\u{0007}")]
    [InlineData("\e]0;title\a", @"\u{001B}]0;title\u{0007}")]
    [InlineData("c1\u0085\u009B31m", @"c1\u{0085}\u{009B}31m")]
    [InlineData("\u007F", @"\u{007F}")]
    [InlineData("\u2028\u2029", @"\u{2028}\u{2029}")]
    [InlineData("\u061C\u200E\u200F", @"\u{061C}\u{200E}\u{200F}")]
    [InlineData("\u202A\u202B\u202C\u202D\u202E", @"\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}")]
    [InlineData("\u2066\u2067\u2068\u2069", @"\u{2066}\u{2067}\u{2068}\u{2069}")]
    [InlineData("\u00AD\u200B\u2060\uFEFF\uFFF9", @"\u{00AD}\u{200B}\u{2060}\u{FEFF}\u{FFF9}")]
    [InlineData("\U000E0041", @"\u{E0041}")]
    [InlineData("\uE000\U000F0000", @"\u{E000}\u{F0000}")]
    [InlineData("\u0378", @"\u{0378}")]
    [InlineData("\U0001F600", "\U0001F600")]
    public void Text_must_show_its_characters(string? text, string shown) => Assert.Equal(shown, PrintableText.Of(text));

    [Theory]
    [InlineData("\U0001F468\u200D\U0001F469", true)]
    [InlineData("\u0645\u06CC\u200C\u062E", true)]
    [InlineData("exe\u200Dtxt", false)]
    [InlineData("\u200Dtxt", false)]
    [InlineData("\u0645\u200C", false)]
    [InlineData("\u0645\u200C\u200C\u062E", false)]
    public void Joiners_must_be_kept_between_characters_they_join(string text, bool stays) => Assert.Equal(stays, PrintableText.IsPrintable(text));

    /// <summary>Attributes cannot contain such text.</summary>
    [Fact]
    public void Unpaired_surrogates_must_be_shown()
    {
        Assert.Equal(@"\u{D83D}", PrintableText.Of("\uD83D"));
        Assert.Equal(@"\u{DE00}x\u{D83D}", PrintableText.Of("\uDE00x\uD83D"));
    }

    [Fact]
    public void Text_must_be_bounded_with_an_ellipsis()
    {
        Assert.Equal("abc\u2026", PrintableText.Of("abcd", 3));
        Assert.Equal("abcd", PrintableText.Of("abcd", 4));
        Assert.Equal(PrintableText.DefaultLength + 1, PrintableText.Of(new string('x', 1 << 20)).Length);
    }

    [Fact]
    public void Every_character_must_become_printable()
    {
        for (var value = 0; value <= 0xFFFF; value++)
        {
            var shown = PrintableText.Of(((char)value).ToString());
            Assert.True(PrintableText.IsPrintable(shown), $"U+{value:X4}");
            Assert.Equal(shown, PrintableText.Of(shown));
        }
    }

    [Fact]
    public void Json_must_be_escaped_so_that_its_readers_get_the_same_text()
    {
        const string text = "photo\u202Egnp.exe\u061C\U000E0041";
        var json = PrintableText.OfJson($"{{\"name\":\"{text}\"}}");
        Assert.Equal(@"{""name"":""photo\u202Egnp.exe\u061C\uDB40\uDC41""}", json);
        using var read = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(text, read.RootElement.GetProperty("name").GetString());
    }
}
