using System.Security.Cryptography;
using System.Text;

namespace ActorTransfer.Protocol.Tests.Addressing;

public sealed class JidTests
{
    [Theory]
    [InlineData("north.example", null, "north.example", null)]
    [InlineData("north.example/desk", null, "north.example", "desk")]
    [InlineData("ada@north.example", "ada", "north.example", null)]
    [InlineData("ada@north.example/desk", "ada", "north.example", "desk")]
    [InlineData("iphone@192.168.1.113/xiff", "iphone", "192.168.1.113", "xiff")]
    [InlineData("android@192.168.1.113/Spark 2.6.3", "android", "192.168.1.113", "Spark 2.6.3")]
    [InlineData("proxy.192.168.1.113", null, "proxy.192.168.1.113", null)]
    [InlineData("ada@[2001:DB8::1]/desk", "ada", "[2001:DB8::1]", "desk")]
    [InlineData("ada@north.example/a/b@c", "ada", "north.example", "a/b@c")]
    [InlineData("north.example/at@home", null, "north.example", "at@home")]
    [InlineData("李雷@north.example/办公室", "李雷", "north.example", "办公室")]
    [InlineData("bo@south.example/Büro 2", "bo", "south.example", "Büro 2")]
    [InlineData(@"d\27artagnan@north.example", @"d\27artagnan", "north.example", null)]
    public void Parse_must_split_at_the_first_slash_and_then_at_the_first_at(string text, string? local, string domain, string? resource)
    {
        var jid = Jid.Parse(text);

        Assert.Equal((local, domain, resource), (jid.Local, jid.Domain, jid.Resource));
        Assert.Equal(text, jid.ToString());
        Assert.Equal(resource is not null, jid.IsFull);
    }

    [Theory]
    [InlineData("Ada@North.Example/desk", "ada@north.example/desk")]
    [InlineData("ada@north.example/Desk", "ada@north.example/Desk")]
    [InlineData("ada@north.example./desk", "ada@north.example/desk")]
    [InlineData("ada@north.example/ desk ", "ada@north.example/ desk ")]
    [InlineData("ÄNNE@MÜNCHEN.example/Ö", "änne@münchen.example/Ö")]
    [InlineData("ＡＤＡ@north.example/Ａ", "ada@north.example/Ａ")]
    [InlineData("ｱ@north.example", "ア@north.example")]
    [InlineData("e\u0301@e\u0301.example/e\u0301", "é@é.example/é")]
    [InlineData("a\u0323\u0307@north.example", "ạ\u0307@north.example")]
    [InlineData("a\u0307\u0323@north.example", "ạ\u0307@north.example")]
    [InlineData("x@north.example/a\u0315\u0300\u05AE\u0300\u0323b", "x@north.example/ạ\u05AE\u0300\u0300\u0315b")]
    [InlineData("\u1112\u1161\u11AB@north.example", "한@north.example")]
    [InlineData("\uF900@north.example", "\u8C48@north.example")]
    [InlineData("\u0130@north.example", "i\u0307@north.example")]
    [InlineData("straße@north.example", "straße@north.example")]
    [InlineData("ada@north.example/a\u00A0b\u3000c", "ada@north.example/a b c")]
    [InlineData("ada@north.example/ﬁ", "ada@north.example/ﬁ")]
    [InlineData("ada@xn--bcher-kva.example", "ada@bücher.example")]
    [InlineData("ada@XN--BCHER-KVA.example", "ada@bücher.example")]
    [InlineData("ada@xn--fa-hia.example", "ada@faß.example")]
    [InlineData("ada@xn--fiqs8s.xn--p1ai", "ada@中国.рф")]
    [InlineData("ada@xn--ls8h.example", "ada@💩.example")]
    public void Parse_must_prepare_each_part(string text, string prepared)
    {
        var jid = Jid.Parse(text);

        Assert.Equal(prepared, jid.ToString());
        Assert.Equal(jid, Jid.Parse(prepared));
        Assert.Equal(jid.GetHashCode(), Jid.Parse(prepared).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@north.example")]
    [InlineData("ada@")]
    [InlineData("ada@north.example/")]
    [InlineData("/desk")]
    [InlineData("ada@bo@north.example")]
    [InlineData("a da@north.example")]
    [InlineData("a\"b@north.example")]
    [InlineData("a&b@north.example")]
    [InlineData("a'b@north.example")]
    [InlineData("a:b@north.example")]
    [InlineData("a<b@north.example")]
    [InlineData("a>b@north.example")]
    [InlineData("a＠b@north.example")]
    [InlineData("a\u3000b@north.example")]
    [InlineData("a\u00A0b@north.example")]
    [InlineData("a\u0007b@north.example")]
    [InlineData("a\u202Eb@north.example")]
    [InlineData("a\uE000b@north.example")]
    [InlineData("a\uFFFEb@north.example")]
    [InlineData("ada@north example")]
    [InlineData("ada@north..example")]
    [InlineData("ada@.north.example")]
    [InlineData("ada@.")]
    [InlineData("ada@north.example..")]
    [InlineData("ada@north_ex:5222")]
    [InlineData("ada@[north.example]")]
    [InlineData("ada@[192.168.1.113]")]
    [InlineData("ada@[2001:db8::1")]
    [InlineData("ada@[fe80::1%eth0]")]
    [InlineData("ada@xn--a.example")]
    [InlineData("ada@xn--.example")]
    [InlineData("ada@xn--BCHER-KVA-.example")]
    [InlineData("ada@xn--abc-.example")]
    [InlineData("ada@xn--zzzzzzzzzzzzzzzzz.example")]
    [InlineData("ada@a\u2028b.example")]
    [InlineData("ada@north.example/a\u0000b")]
    [InlineData("ada@north.example/a\u007Fb")]
    [InlineData("ada@north.example/a\u0085b")]
    [InlineData("ada@north.example/a\nb")]
    [InlineData("ada@north.example/a\u2028b")]
    [InlineData("ada@north.example/a\uFEFFb")]
    public void Parse_must_refuse_invalid_addresses(string text)
    {
        Assert.False(Jid.TryParse(text, out var jid));
        Assert.Null(jid);
        Assert.Throws<FormatException>(() => Jid.Parse(text));
    }

    [Fact]
    public void Parse_must_refuse_an_unpaired_surrogate_in_any_part()
    {
        Assert.False(Jid.TryParse("a\uD83D@north.example", out _));
        Assert.False(Jid.TryParse("ada@n\uDE00.example", out _));
        Assert.False(Jid.TryParse("ada@north.example/\uDE00\uD83D", out _));
        Assert.True(Jid.TryParse("ada@north.example/\uD83D\uDE00", out _));
    }

    [Fact]
    public void TryParse_must_refuse_null()
    {
        Assert.False(Jid.TryParse(null, out _));
    }

    [Fact]
    public void Parse_must_keep_joiners_of_words_and_emoji()
    {
        Assert.Equal("\U0001F469\u200D\U0001F4BB", Jid.Parse("ada@north.example/\U0001F469\u200D\U0001F4BB").Resource);
    }

    [Theory]
    [InlineData('a', 1023, true)]
    [InlineData('a', 1024, false)]
    [InlineData('é', 511, true)]
    [InlineData('é', 512, false)]
    [InlineData('办', 341, true)]
    [InlineData('办', 342, false)]
    [InlineData('a', 1_000_000, false)]
    public void Parse_must_count_the_bytes_of_each_part(char letter, int count, bool allowed)
    {
        var part = new string(letter, count);

        Assert.Equal(allowed, Jid.TryParse($"{part}@north.example", out _));
        Assert.Equal(allowed, Jid.TryParse($"ada@north.example/{part}", out _));
    }

    [Fact]
    public void Parse_must_limit_the_labels_of_a_domain()
    {
        Assert.True(Jid.TryParse(new string('a', 63) + ".example", out _));
        Assert.False(Jid.TryParse(new string('a', 64) + ".example", out _));
    }

    [Fact]
    public void Parse_must_describe_the_error()
    {
        var fault = Assert.Throws<FormatException>(() => Jid.Parse("a da\u0007@north.example"));

        Assert.Contains("the part before '@' must not contain a space", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', fault.Message);
    }

    [Fact]
    public void Bare_must_drop_the_resource_and_nothing_else()
    {
        var full = Jid.Parse("ada@north.example/desk");

        Assert.Equal(Jid.Parse("ada@north.example"), full.Bare);
        Assert.Same(full.Bare, full.Bare);
        Assert.Same(full.Bare, full.Bare.Bare);
    }

    [Theory]
    [InlineData("ada@north.example/desk", true)]
    [InlineData("files.north.example", true)]
    [InlineData("files.north.example/in", true)]
    [InlineData("ada@north.example", false)]
    public void Only_the_bare_address_of_an_account_must_be_more_than_one_entity(string text, bool isOne) => Assert.Equal(isOne, Jid.Parse(text).IsOneEntity);

    [Fact]
    public void WithResource_must_prepare_and_replace_the_resource()
    {
        var jid = Jid.Parse("ada@north.example/desk");

        Assert.Equal("ada@north.example/Sofa 1", jid.WithResource("Sofa\u00A01").ToString());
        Assert.Equal(jid, jid.Bare.WithResource("desk"));
        Assert.Throws<FormatException>(() => jid.WithResource(""));
        Assert.Throws<FormatException>(() => jid.WithResource("a\tb"));
    }

    [Fact]
    public void Equality_must_compare_the_prepared_form_and_the_case_of_resources()
    {
        Assert.True(Jid.Parse("ADA@north.example/x") == Jid.Parse("ada@NORTH.example/x"));
        Assert.True(Jid.Parse("ada@north.example/x") != Jid.Parse("ada@north.example/X"));
        Assert.False(Jid.Parse("ada@north.example").Equals(null));
        Assert.False(null == Jid.Parse("ada@north.example"));
        Assert.False(Jid.Parse("ada@north.example").Equals((object)"ada@north.example"));
    }

    [Theory]
    [InlineData("x1-9c2e", "Ada@North.Example/desk", "bo@south.example/Phone", "20f5cd1703a313af1a772966a2b2bd6c085be4e7")]
    [InlineData("tr-01", "李雷@north.example/办公室", "bo@south.example/Bu\u0308ro 2", "4467e066d728f8d70c2362609d6a946c64fdf319")]
    public void Prepared_addresses_must_hash_to_the_known_vectors(string sid, string requester, string target, string expected)
    {
        var text = sid + Jid.Parse(requester) + Jid.Parse(target);

        Assert.Equal(expected, Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text))));
    }
}
