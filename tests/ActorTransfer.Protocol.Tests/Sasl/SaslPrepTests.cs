using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Protocol.Tests.Sasl;

public sealed class SaslPrepTests
{
    /// <summary>The first six are those of RFC 4013 §3.</summary>
    [Theory]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("\u00AA", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("", "")]
    [InlineData("a b  c ", "a b  c ")]
    [InlineData("a\u00A0b\u3000c\u2003d", "a b c d")]
    [InlineData("a\u200Db\uFE0Fc\uFEFF", "abc")]
    [InlineData("pa\u0308ss", "p\u00E4ss")]
    [InlineData("\uFB01\u00BD\u2122", "fi1\u20442TM")]
    [InlineData("\uFF21\uFF76\uFF9E", "A\u30AC")]
    [InlineData("\u1E9B\u0323", "\u1E69")]
    [InlineData("\u3300", "\u30A2\u30D1\u30FC\u30C8")]
    [InlineData("\u320E", "(\uAC00)")]
    [InlineData("\U0001D400\u0132", "AIJ")]
    [InlineData("\U0001F511 key", "\U0001F511 key")]
    [InlineData("\u05E9\u05DC\u05D5\u05DD", "\u05E9\u05DC\u05D5\u05DD")]
    [InlineData("\u0627\u0031\u0628", "\u0627\u0031\u0628")]
    [InlineData("12\u20AC", "12\u20AC")]
    public void Text_must_be_prepared(string text, string prepared)
    {
        Assert.Equal(prepared, SaslPrep.Prepare(text, out var problem));
        Assert.Null(problem);
        Assert.Equal(prepared, SaslPrep.Prepare(prepared, out _));
    }

    [Theory]
    [InlineData("\u0007", "control")]
    [InlineData("a\0b", "control")]
    [InlineData("a\u007F", "control")]
    [InlineData("a\u0085", "control")]
    [InlineData("a\u2028b", "prohibited")]
    [InlineData("a\u200Eb", "prohibited")]
    [InlineData("a\uE000", "private")]
    [InlineData("a\uFFFD", "prohibited")]
    [InlineData("a\uFDD0", "prohibited")]
    [InlineData("a\U0001FFFE", "prohibited")]
    [InlineData("a\U000E0041", "prohibited")]
    [InlineData("\u0627\u0031", "directions")]
    [InlineData("\u05E9a\u05E9", "directions")]
    [InlineData("a\u05E9", "directions")]
    public void Prohibited_text_must_be_refused(string text, string why)
    {
        Assert.Null(SaslPrep.Prepare(text, out var problem));
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }
}
